import type { SiteRow } from '../api/types';

export interface TrendPoint {
  at: number;
  queued: number;
  rate: number;
}

export type Trend = Record<string, TrendPoint[]>;

const keepMs = 30 * 60_000;

/** Adds what sites have just said to what was heard before; the trend lives on this page only, from the moment it was opened. */
export function extended(trend: Trend, sites: SiteRow[], now: number): Trend {
  const next: Trend = {};
  for (const { site } of sites) {
    const before = trend[site.profile.code] ?? [];
    const status = site.status;
    const kept = before.filter((point) => now - point.at <= keepMs);
    if (status != null) {
      const at = Date.parse(status.at);
      const last = kept.at(-1);
      if (last === undefined || at > last.at) kept.push({ at, queued: status.queuedInstances, rate: site.online ? status.uploadBytesPerSecond : 0 });
    }
    next[site.profile.code] = kept;
  }
  return next;
}
