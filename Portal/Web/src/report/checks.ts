import type { ReportText, Sex } from '../api/types';
import { unfilled } from './fields';

export type CheckName = 'noFindings' | 'noImpression' | 'unfilled' | 'sideContradiction' | 'sideRequest' | 'sexOrgan' | 'positiveUnset' | 'normalButPositive';

export interface Check {
  name: CheckName;
  /** A stop keeps the report from leaving; a warning has to be seen. */
  level: 'stop' | 'warning';
  detail?: string;
}

export interface CheckContext {
  sex: Sex;
  side?: string | null;
}

const organs: Partial<Record<Sex, RegExp>> = {
  M: /子宫|卵巢|宫颈|附件区|阴道|输卵管|妊娠|孕囊|胎儿|uterus|uterine|ovar(y|ies|ian)|cervix uteri|pregnan/i,
  F: /前列腺|睾丸|精囊|阴囊|附睾|阴茎|prostat|testic|testis|seminal|scrot/i,
};

const sides = { L: /左|\bleft\b/i, R: /右|\bright\b/i, B: /双|两侧|\bboth\b|\bbilateral/i };

function sidesIn(text: string): Set<'L' | 'R'> {
  const found = new Set<'L' | 'R'>();
  if (sides.L.test(text) || sides.B.test(text)) found.add('L');
  if (sides.R.test(text) || sides.B.test(text)) found.add('R');
  return found;
}

const positiveWords = /骨折|出血|梗死|肿瘤|占位|积液|气胸|实变|结节|穿孔|夹层|栓塞|脱位/;
const negation = /(未见|无|没有|未发现|排除|不除外)[^，。；]{0,12}$/;

function claimsFinding(impression: string): boolean {
  for (const match of impression.matchAll(new RegExp(positiveWords, 'g'))) {
    if (!negation.test(impression.slice(0, match.index))) return true;
  }
  return false;
}

/** What a colleague would point out before the report leaves (R7.1.2-4): checked while it is being written. */
export function checksOf(text: ReportText, context: CheckContext): Check[] {
  const checks: Check[] = [];
  if (text.findings.trim() === '') checks.push({ name: 'noFindings', level: 'stop' });
  if (text.impression.trim() === '') checks.push({ name: 'noImpression', level: 'stop' });

  const open = unfilled(text.findings).length + unfilled(text.impression).length;
  if (open > 0) checks.push({ name: 'unfilled', level: 'warning', detail: String(open) });

  const inFindings = sidesIn(text.findings);
  const inImpression = sidesIn(text.impression);
  if (inFindings.size > 0 && inImpression.size > 0) {
    const unsupported = [...inImpression].filter((side) => !inFindings.has(side));
    if (unsupported.length > 0) checks.push({ name: 'sideContradiction', level: 'warning' });
  }
  if (context.side === 'L' || context.side === 'R') {
    const all = new Set([...inFindings, ...inImpression]);
    if (all.size > 0 && !all.has(context.side)) checks.push({ name: 'sideRequest', level: 'warning', detail: context.side });
  }

  const organ = organs[context.sex]?.exec(`${text.findings}\n${text.impression}`)?.[0];
  if (organ !== undefined) checks.push({ name: 'sexOrgan', level: 'warning', detail: organ });

  if (text.impression.trim() !== '' && text.positive === null) checks.push({ name: 'positiveUnset', level: 'warning' });
  if (text.positive === false && claimsFinding(text.impression)) checks.push({ name: 'normalButPositive', level: 'warning' });
  return checks;
}
