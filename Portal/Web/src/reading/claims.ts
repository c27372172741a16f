import type { ClaimTicket, Study } from '../api/types';

const prefix = 'regional.claim.';

/** Keeps the fencing token of a claim over a reload of the page; the study tells it too, but a moment later. */
export const claims = {
  keep(ticket: ClaimTicket): void {
    sessionStorage.setItem(prefix + ticket.studyId, JSON.stringify(ticket));
  },
  drop(studyId: string): void {
    sessionStorage.removeItem(prefix + studyId);
  },
  find(studyId: string): ClaimTicket | null {
    const text = sessionStorage.getItem(prefix + studyId);
    return text === null ? null : (JSON.parse(text) as ClaimTicket);
  },
};

/** The claim under which this person may write: the newer of what was granted and what the study knows. */
export function claimOf(study: Study, userId: string, kept: ClaimTicket | null): { token: number; expires: string | null } | null {
  const told = study.report.readerId === userId && study.report.claimToken > 0
    ? { token: study.report.claimToken, expires: study.report.claimExpires ?? null }
    : null;
  const granted = kept !== null && kept.readerId === userId ? { token: kept.token, expires: kept.expiresAt } : null;
  if (told === null) {
    // A later claim by somebody else makes ours worthless; with none at all, ours has not reached the study yet or has ended.
    return granted !== null && granted.token > study.report.claimToken ? granted : null;
  }
  return granted !== null && granted.token >= told.token ? granted : told;
}
