import { describe, expect, it } from 'vitest';
import type { ExamPhase, Sex, StudyRow } from '../api/types';
import { candidatesFor, contradicts } from './match';

const row = (studyId: string, name: string, sex: Sex, birthDate: string | null, part: Partial<StudyRow> = {}): StudyRow => ({
  studyId, site: 'township-a', modality: 'CT', phase: 'arrived' as ExamPhase, patient: { name, sex, birthDate }, imagesAtCentre: 0, imagesAtEdge: 0, createdAt: '2026-01-01T00:00:00Z', ...part,
}) as StudyRow;

describe('exams that unannounced images may belong to', () => {
  const images = row('u', 'ZHANG^SAN', 'M', '1960-01-01', { phase: 'unmatched', imagesAtCentre: 28 });
  it('are of the same site and modality, and have no images yet', () => {
    const found = candidatesFor(images, [
      row('1', 'Zhang San', 'M', '1960-01-01'), row('2', 'x', 'M', null, { modality: 'DX' }), row('3', 'x', 'M', null, { site: 'township-b' }),
      row('4', 'x', 'M', null, { imagesAtCentre: 5 }), row('5', 'x', 'M', null, { phase: 'reported' }),
    ]);
    expect(found.map((each) => each.row.studyId)).toEqual(['1']);
    expect(found[0]).toMatchObject({ name: 'same', sex: 'same', birthDate: 'same' });
  });
  it('do not take a name in letters to contradict one in characters', () => {
    expect(candidatesFor(images, [row('1', '张三', 'M', null)])[0]).toMatchObject({ name: 'unknown', sex: 'same' });
  });
  it('come with the best fit first, and with what contradicts in sight', () => {
    const found = candidatesFor(images, [row('other', 'Li Si', 'F', '1980-02-02'), row('fit', 'Zhang San', 'M', '1960-01-01'), row('half', 'Zhang San', 'U', null)]);
    expect(found.map((each) => each.row.studyId)).toEqual(['fit', 'half', 'other']);
    expect(found.map(contradicts)).toEqual([false, false, true]);
  });
});
