// grpc-js as client: runs one scenario against an address and prints what came of it as one line of JSON.
// usage: node client.mjs 127.0.0.1:PORT SCENARIO
import { grpc, Probe, GZIP } from './probe.mjs';

const [address, scenario] = process.argv.slice(2);
const options = scenario.startsWith('gzip') ? { 'grpc.default_compression_algorithm': GZIP } : {};
const client = new Probe(address, grpc.credentials.createInsecure(), options);

const ask = (note, metadata = new grpc.Metadata(), call = {}) => new Promise((resolve) => {
  const result = {};
  const started = client.Ask(note, metadata, call, (error, response) => {
    if (error) Object.assign(result, { code: error.code, details: error.details, trailers: flat(error.metadata) });
    else Object.assign(result, { code: 0, response: plain(response) });
  });
  started.on('metadata', (headers) => { result.headers = flat(headers); });
  started.on('status', (status) => { result.trailers = flat(status.metadata); setImmediate(() => resolve(result)); });
  if (scenario === 'cancel') setTimeout(() => started.cancel(), 300);
});

const plain = (note) => ({ text: note.text, data: note.data.toString('base64').slice(0, 100), length: note.data.length, number: note.number });
const flat = (metadata) => Object.fromEntries(Object.entries(metadata?.toHttp2Headers?.() ?? {})
  .filter(([name]) => !['date', 'server', 'content-type'].includes(name))
  .map(([name, values]) => [name, String(values)]));

const scenarios = {
  ask: () => ask({ text: '你好', data: Buffer.from([1, 2, 255]), number: 41 }),
  fail: () => ask({ text: 'fail' }),
  cancel: () => ask({ text: 'wait' }),
  deadline: () => ask({ text: 'wait' }, new grpc.Metadata(), { deadline: Date.now() + 500 }),
  headers: () => {
    const metadata = new grpc.Metadata();
    metadata.set('site', 'township-a');
    metadata.set('token-bin', Buffer.from([0, 1, 254, 255]));
    return ask({ text: 'headers' }, metadata);
  },
  gzip: () => ask({ text: 'gzip', data: Buffer.alloc(100_000) }),
  upload: () => new Promise((resolve) => {
    const call = client.Upload((error, response) => resolve(error ? { code: error.code } : { code: 0, response: plain(response) }));
    let left = 200;
    const pump = () => {
      while (left > 0) {
        left -= 1;
        if (!call.write({ data: Buffer.alloc(50_000), number: 1 })) {
          call.once('drain', pump);
          return;
        }
      }
      call.end();
    };
    pump();
  }),
  download: () => new Promise((resolve) => {
    let count = 0;
    let bytes = 0;
    const call = client.Download({ number: 200, data: Buffer.alloc(50_000) });
    call.on('data', (note) => { if (note.number === count) count += 1; bytes += note.data.length; });
    call.on('error', () => {});
    call.on('status', (status) => resolve({ code: status.code, count, bytes }));
  }),
  talk: () => new Promise((resolve) => {
    const numbers = [];
    const call = client.Talk();
    call.on('data', (note) => {
      numbers.push(note.number);
      if (numbers.length < 10) call.write({ number: numbers.length });
      else call.end();
    });
    call.on('error', () => {});
    call.on('status', (status) => resolve({ code: status.code, numbers }));
    call.write({ number: 0 });
  }),
  unknown: () => new Promise((resolve) => {
    client.makeUnaryRequest('/regional.probe.v1.Probe/Nothing', (v) => v, (v) => v, Buffer.alloc(0), (error) => resolve({ code: error.code, details: error.details }));
  }),
  toolarge: () => ask({ data: Buffer.alloc(5_000_000) }),
};

const result = await scenarios[scenario]();
console.log(JSON.stringify(result));
client.close();
