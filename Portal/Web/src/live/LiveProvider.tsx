import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { portal } from '../api/portal';
import type { FeedItem } from './feed';
import { Hub, type LineState } from './hub';
import { liveKeys, touchedBy } from './keys';

export interface Live {
  state: LineState;
  /** Milliseconds since 1970 of the last word from the portal. */
  heardAt: number | null;
}

const LiveContext = createContext<Live>({ state: 'connecting', heardAt: null });

export function useLive(): Live {
  return useContext(LiveContext);
}

const hubs = ['/hubs/queue', '/hubs/critical'];
const coalesceMs = 150;
const pulseMs = 10_000;

/** Keeps the hubs open while somebody is signed in, and makes old whatever they say has changed. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [states, setStates] = useState<Record<string, LineState>>({});
  const [heardAt, setHeardAt] = useState<number | null>(null);
  const touched = useRef(new Map<string, QueryKey>());

  useEffect(() => {
    let resting: number | undefined;
    const heard = () => setHeardAt(Date.now());
    const touch = (items: FeedItem[]) => {
      for (const item of items) {
        for (const key of touchedBy(item)) touched.current.set(JSON.stringify(key), key);
      }
      if (resting === undefined) flush();
    };
    // The first change is fetched at once; what follows closely is fetched together.
    const flush = () => {
      const due = [...touched.current.values()];
      touched.current.clear();
      for (const queryKey of due) void client.invalidateQueries({ queryKey });
      resting = due.length === 0 ? undefined : window.setTimeout(flush, coalesceMs);
    };
    const refetch = () => {
      for (const queryKey of liveKeys) void client.invalidateQueries({ queryKey });
    };
    const open = hubs.map((path) => {
      let wasDown = false;
      return new Hub(path, {
        items: touch,
        refetch,
        heard,
        state: (state) => {
          if (state === 'live') {
            heard();
            if (wasDown) refetch();
          }
          wasDown = state === 'down';
          setStates((before) => ({ ...before, [path]: state }));
        },
      });
    });
    for (const hub of open) hub.start();

    const pulse = async () => {
      try {
        const answer = await fetch('/health/live', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
        if (answer.ok) heard();
      } catch {
        // Silence is the message: the time of the last word stays where it is, and the hubs tell when the line is down.
      }
    };
    let beats = 0;
    const timer = window.setInterval(() => {
      void pulse();
      // A session that ended while nobody looked shows by itself.
      if (++beats % 6 === 0) portal.me().catch(() => undefined);
    }, pulseMs);
    return () => {
      window.clearInterval(timer);
      window.clearTimeout(resting);
      for (const hub of open) hub.stop();
    };
  }, [client]);

  const live = useMemo<Live>(() => {
    const all = hubs.map((path) => states[path] ?? 'connecting');
    const state: LineState = all.includes('down') ? 'down' : all.every((each) => each === 'live') ? 'live' : 'connecting';
    return { state, heardAt };
  }, [states, heardAt]);

  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}
