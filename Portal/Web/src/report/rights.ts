import type { Role, SiteProfile, Study, User } from '../api/types';
import { allows } from '../shared/allowed';
import { has } from '../shared/roles';

export type ReportAction =
  | 'claim' | 'release' | 'trainee-draft' | 'preliminary' | 'provisional' | 'take' | 'return' | 'dispute' | 'opinion' | 'sign' | 'addendum'
  | 'request-correction' | 'refuse-correction' | 'accept-correction';

interface Side {
  centre?: Role[];
  site?: Role[];
}

/** The side of the network on which an action is taken; the portal and the grain decide again. */
const sides: Record<ReportAction, Side> = {
  claim: { centre: ['trainee', 'reader', 'senior', 'duty'] },
  release: { centre: ['trainee', 'reader', 'senior', 'duty'] },
  'trainee-draft': { centre: ['trainee'] },
  preliminary: { centre: ['reader', 'senior', 'duty'] },
  provisional: { centre: ['duty'], site: ['duty'] },
  take: { centre: ['senior'] },
  return: { centre: ['senior'] },
  dispute: { centre: ['senior'] },
  opinion: { centre: ['senior'] },
  sign: { centre: ['reader', 'senior'] },
  addendum: { centre: ['senior'] },
  'request-correction': { centre: ['reader', 'senior'], site: ['clinician', 'desk'] },
  'refuse-correction': { centre: ['senior'] },
  'accept-correction': { centre: ['senior'] },
};

export type Agreement = Pick<SiteProfile['agreement'], 'signing' | 'singleSigners'>;

/** Whether this person may take an action on the report now, as far as a page can know. */
export function mayReport(study: Study, user: User, action: ReportAction, agreement?: Agreement): boolean {
  if (!allows(study.allowed, `report.${action}`)) return false;
  const side = sides[action];
  const stands = (side.centre !== undefined && user.site === study.readingCentre && has(user, ...side.centre))
    || (side.site !== undefined && user.site === study.site && has(user, ...side.site));
  if (!stands) return false;
  const { report } = study;
  switch (action) {
    case 'take':
      return report.authorId !== user.userId && (report.phase !== 'underReview' || report.reviewerId !== user.userId);
    case 'return':
    case 'dispute':
      return report.reviewerId == null || report.reviewerId === user.userId;
    case 'sign':
      if (study.phase === 'unmatched') return false;
      return report.phase === 'preliminary'
        ? agreement?.signing === 'single' && agreement.singleSigners.includes(user.userId)
        : has(user, 'senior') && (report.reviewerId == null || report.reviewerId === user.userId);
    case 'provisional':
      return study.priority === 'emergency' || study.phase === 'unmatched';
    default:
      return true;
  }
}

/** A reader of the exam's centre ends the waiting for images; at the site that is done at the console. */
export function mayReadAnyway(study: Study, user: User): boolean {
  return allows(study.allowed, 'exam.read-anyway') && user.site === study.readingCentre && has(user, 'reader', 'senior');
}

/** 患者错误 as a steward finds it, at whatever site; technicians begin it at their console. */
export function mayDetach(study: Study, user: User): boolean {
  return allows(study.allowed, 'exam.detach') && has(user, 'quality', 'administrator');
}

/** What the report pane is for this person: to write, to review, or to read. */
export type PaneMode = 'write' | 'review' | 'read';

export function modeOf(study: Study, user: User, claimed: boolean): PaneMode {
  const { phase, reviewerId } = study.report;
  if (phase === 'underReview' && reviewerId === user.userId) return 'review';
  // A simple edit goes straight to the signer; a report to be read again waits for a claim first.
  if (phase === 'amending' && !claimed && has(user, 'senior') && user.site === study.readingCentre
    && study.report.readerId == null && !allows(study.allowed, 'report.claim')) return 'review';
  if (claimed && (phase === 'awaiting' || phase === 'claimed' || phase === 'traineeDraft' || phase === 'amending')) return 'write';
  return 'read';
}
