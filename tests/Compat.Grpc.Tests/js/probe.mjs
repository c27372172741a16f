// The probe service as grpc-js sees it.
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const definition = loader.loadSync(fileURLToPath(new URL('../Protos/probe.proto', import.meta.url)), { keepCase: true, defaults: true });

export { grpc };
export const Probe = grpc.loadPackageDefinition(definition).regional.probe.v1.Probe;
export const GZIP = 2;
