import { useEffect } from 'react';
import { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { ClaimTicket } from '../api/types';

const everyMs = 60_000;

/** Keeps a claim alive while its reader is at work on the page, and only then: an idle claim has to expire. */
export function useClaimKeeper(studyId: string, token: number | null, onRenewed: (ticket: ClaimTicket) => void, onLost: (error: ApiError) => void): void {
  useEffect(() => {
    if (token === null) return undefined;
    let active = false;
    const mark = () => { active = true; };
    const events = ['keydown', 'pointerdown', 'wheel'] as const;
    for (const event of events) window.addEventListener(event, mark, { passive: true });
    const timer = window.setInterval(() => {
      if (!active) return;
      active = false;
      portal.renew(studyId, token).then(onRenewed, (error: unknown) => {
        if (error instanceof ApiError && (error.problem.status === 412 || error.problem.status === 409)) onLost(error);
        else active = true;
      });
    }, everyMs);
    return () => {
      window.clearInterval(timer);
      for (const event of events) window.removeEventListener(event, mark);
    };
  }, [studyId, token, onRenewed, onLost]);
}
