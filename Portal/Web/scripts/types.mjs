import { readFileSync, writeFileSync } from 'node:fs';
import { typesOf } from './surface.mjs';

const surface = new URL('../../../tests/Portal.Tests/Approved/openapi.txt', import.meta.url);
writeFileSync(new URL('../src/api/schema.ts', import.meta.url), typesOf(readFileSync(surface, 'utf8')));
