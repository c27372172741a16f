import type { StudyRow } from '../api/types';

export type Agreement = 'same' | 'other' | 'unknown';

export interface Candidate {
  row: StudyRow;
  name: Agreement;
  sex: Agreement;
  birthDate: Agreement;
  score: number;
}

const plain = (name: string) => name.normalize('NFKC').toLowerCase().replace(/[\s^.,·-]/g, '');

const han = /\p{Script=Han}/u;

/** A name in characters and one in letters neither agree nor contradict: a person has to look. */
function compareNames(a: string, b: string): Agreement {
  return han.test(a) === han.test(b) ? compare(plain(a), plain(b)) : 'unknown';
}

function compare(a: string | null | undefined, b: string | null | undefined): Agreement {
  if (a == null || b == null || a === '' || b === '') return 'unknown';
  return a === b ? 'same' : 'other';
}

const weight: Record<Agreement, number> = { same: 2, unknown: 0, other: -3 };

/** Exams still waiting for images, best fit first; what contradicts is shown, never hidden: a person decides (workflow.md 8). */
export function candidatesFor(images: StudyRow, rows: StudyRow[]): Candidate[] {
  const waiting = new Set(['requested', 'accepted', 'scheduled', 'arrived', 'inRoom', 'acquired']);
  return rows
    .filter((row) => row.site === images.site && row.modality === images.modality && waiting.has(row.phase) && row.imagesAtCentre === 0 && row.imagesAtEdge === 0)
    .map((row): Candidate => {
      const known = (sex: string) => (sex === 'U' || sex === 'O' ? null : sex);
      const name = compareNames(images.patient.name, row.patient.name);
      const sex = compare(known(images.patient.sex), known(row.patient.sex));
      const birthDate = compare(images.patient.birthDate, row.patient.birthDate);
      const near = row.phase === 'inRoom' || row.phase === 'acquired' ? 1 : 0;
      return { row, name, sex, birthDate, score: weight[name] + weight[sex] + weight[birthDate] + near };
    })
    .sort((a, b) => b.score - a.score || b.row.createdAt.localeCompare(a.row.createdAt));
}

export function contradicts(candidate: Candidate): boolean {
  return candidate.sex === 'other' || candidate.birthDate === 'other' || candidate.name === 'other';
}
