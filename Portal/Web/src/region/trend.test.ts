import { describe, expect, it } from 'vitest';
import type { SiteRow } from '../api/types';
import { extended } from './trend';

const site = (code: string, at: string, queuedInstances: number, online = true): SiteRow => ({
  site: {
    profile: { code, name: code, nameEnglish: code, kind: 'township', accessionPrefix: 'A', roster: [], agreement: { readingCentre: 'expert', signing: 'double', singleSigners: [], routineWithin: '02:00:00', urgentWithin: '00:30:00', emergencyWithin: '00:15:00' } },
    version: 1, online, present: [], linkSince: null, software: null,
    status: {
      at, queuedInstances, queuedBytes: 0, uploadBytesPerSecond: 1000, diskFreeBytes: 1, diskTotalBytes: 2, diskLow: false, receivedInstances: 0, conflicts: 0, lastImage: null, clockSkew: '00:00:00', paused: false,
    },
  },
});
const t0 = Date.parse('2026-01-01T00:00:00Z');

describe('the trend of a site', () => {
  it('takes each word of an edge once', () => {
    const once = extended({}, [site('a', '2026-01-01T00:00:00Z', 5)], t0);
    const again = extended(once, [site('a', '2026-01-01T00:00:00Z', 5)], t0 + 1000);
    const more = extended(again, [site('a', '2026-01-01T00:00:02Z', 3)], t0 + 2000);
    expect(again.a).toHaveLength(1);
    expect(more.a?.map((point) => point.queued)).toEqual([5, 3]);
  });
  it('forgets what is older than half an hour', () => {
    const old = extended({}, [site('a', '2026-01-01T00:00:00Z', 5)], t0);
    expect(extended(old, [site('a', '2026-01-01T00:31:00Z', 1)], t0 + 31 * 60_000).a?.map((point) => point.queued)).toEqual([1]);
  });
  it('shows no upload of a site that is offline', () => expect(extended({}, [site('a', '2026-01-01T00:00:00Z', 5, false)], t0).a?.[0]?.rate).toBe(0));
});
