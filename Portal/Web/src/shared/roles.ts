import type { Role, User } from '../api/types';

export type PageName = 'reading' | 'review' | 'console' | 'exams' | 'critical' | 'region' | 'audit';

/** Who sees which page; the portal decides again on every call. */
const audience: Record<PageName, Role[]> = {
  reading: ['reader', 'senior', 'trainee'],
  review: ['senior'],
  console: ['technician', 'sonographer', 'desk'],
  exams: ['clinician'],
  critical: ['nurse', 'duty', 'clinician', 'reader', 'senior'],
  region: ['administrator'],
  audit: ['administrator', 'quality'],
};

export const pageOrder: PageName[] = ['review', 'reading', 'console', 'exams', 'critical', 'region', 'audit'];

/** Roles at the capturing site that answer a critical value (R7.1.3-3). */
const answering: Role[] = ['nurse', 'clinician', 'duty'];

const landings: [Role, PageName][] = [
  ['administrator', 'region'], ['senior', 'review'], ['reader', 'reading'], ['trainee', 'reading'], ['technician', 'console'],
  ['sonographer', 'console'], ['desk', 'console'], ['clinician', 'exams'], ['nurse', 'critical'], ['duty', 'critical'], ['quality', 'audit'],
];

export function has(user: User, ...roles: Role[]): boolean {
  return roles.some((role) => user.roles.includes(role));
}

export function maySee(user: User, page: PageName): boolean {
  return has(user, ...audience[page]);
}

export function pagesOf(user: User): PageName[] {
  return pageOrder.filter((page) => maySee(user, page));
}

/** Where a person lands after signing in (pages.md). */
export function landingOf(user: User): string {
  const found = landings.find(([role]) => user.roles.includes(role));
  return found === undefined ? '/welcome' : `/${found[1]}`;
}

export function answers(user: User): boolean {
  return has(user, ...answering);
}
