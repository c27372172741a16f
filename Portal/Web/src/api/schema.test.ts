import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { typesOf } from '../../scripts/surface.mjs';

describe('the types of the API', () => {
  it('are those of the approved surface: after a change run `npm run types`', () => {
    const surface = readFileSync(new URL('../../../../tests/Portal.Tests/Approved/openapi.txt', import.meta.url), 'utf8');
    expect(readFileSync(new URL('./schema.ts', import.meta.url), 'utf8')).toBe(typesOf(surface));
  });
});
