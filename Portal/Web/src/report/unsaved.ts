import type { ReportText, Study } from '../api/types';

const kept = new Map<string, ReportText>();

/** The stage of a report's text: a new trace means that somebody handed the text on, and what was typed before has no place any more. */
function stageOf(study: Study, userId: string): string {
  return `${study.studyId}|${study.report.traces.length}|${study.report.versions.length}|${userId}`;
}

/**
 * Words that were typed and are not known to be saved. In memory only and for their writer only: they survive a lost claim, a session that
 * ended and a page that is drawn anew, never a reload.
 */
export const unsaved = {
  keep(study: Study, userId: string, text: ReportText): void {
    kept.set(stageOf(study, userId), text);
  },
  find(study: Study, userId: string): ReportText | null {
    return kept.get(stageOf(study, userId)) ?? null;
  },
  drop(study: Study, userId: string): void {
    kept.delete(stageOf(study, userId));
  },
};
