import type { TFunction } from 'i18next';
import { ApiError } from '../api/http';
import i18next from '../i18n';

function known(key: string): string | null {
  return i18next.exists(key) ? i18next.t(key as never) : null;
}

/** A rule in the reader's language; null where it has no words. */
export function ruleText(rule: string): string | null {
  return known(`rules.${rule.replace(/[.-]/g, '_')}`);
}

/** A refusal in the reader's language: by its rule, else by its kind, else by its status. */
export function problemText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('problems.unknown');
  const { problem } = error;
  const rule = problem.rule === undefined ? null : ruleText(problem.rule);
  const kind = problem.code === undefined ? null : known(`codes.${problem.code}`);
  const text = rule ?? kind ?? known(`statuses.${problem.status}`) ?? t('problems.unknown');
  return problem.holder == null ? text : t('problems.heldBy', { text, holder: problem.holder });
}
