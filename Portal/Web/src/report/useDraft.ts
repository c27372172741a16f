import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { ReportText } from '../api/types';

export type DraftState =
  | { kind: 'idle'; at: string | null }
  | { kind: 'dirty' }
  | { kind: 'saving' }
  | { kind: 'failed'; error: unknown };

const pauseMs = 1200;
const retryMs = 4000;

/** Equal in every word: nothing to save. */
export function sameText(a: ReportText, b: ReportText): boolean {
  return a.findings === b.findings && a.impression === b.impression && a.positive === b.positive && a.templateId === b.templateId;
}

/**
 * Saves what is being written a moment after the last key, one request at a time, newest text last; tries again when the line is down, and
 * stops when the claim is gone.
 */
export function useDraft(studyId: string, token: number | null, saved: string | null, onLost: (error: ApiError) => void) {
  const [state, setState] = useState<DraftState>({ kind: 'idle', at: saved });
  const pending = useRef<ReportText | null>(null);
  const busy = useRef<Promise<void> | null>(null);
  const timer = useRef<number | undefined>(undefined);
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  });

  const save = useCallback((): Promise<void> => {
    window.clearTimeout(timer.current);
    if (busy.current !== null) return busy.current;
    const work = async () => {
      while (pending.current !== null && token !== null) {
        const text = pending.current;
        pending.current = null;
        setState({ kind: 'saving' });
        try {
          const study = await portal.saveDraft(studyId, token, text);
          setState(pending.current === null ? { kind: 'idle', at: study.report.draftSavedAt ?? new Date().toISOString() } : { kind: 'dirty' });
        } catch (error) {
          pending.current ??= text;
          setState({ kind: 'failed', error });
          if (error instanceof ApiError && (error.problem.status === 412 || error.problem.status === 409 || error.problem.status === 403)) lost.current(error);
          else timer.current = window.setTimeout(() => void save(), retryMs);
          return;
        }
      }
    };
    busy.current = work().finally(() => {
      busy.current = null;
    });
    return busy.current;
  }, [studyId, token]);

  const write = useCallback((text: ReportText) => {
    pending.current = text;
    setState({ kind: 'dirty' });
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void save(), pauseMs);
  }, [save]);

  /** Nothing of this draft may be sent any more: it has left as a report. */
  const settle = useCallback(() => {
    window.clearTimeout(timer.current);
    pending.current = null;
  }, []);

  useEffect(() => () => {
    window.clearTimeout(timer.current);
    if (pending.current !== null) void save();
  }, [save]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (pending.current === null) return;
      void save();
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [save]);

  return { state, write, save, settle };
}
