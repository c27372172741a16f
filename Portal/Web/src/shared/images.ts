import type { ExamPhase, Study, StudyRow } from '../api/types';

/** How many images of an exam are where. `notComing` are among those of the edge: the centre will never hold them. */
export type ImageCounts = Pick<StudyRow, 'imagesAtCentre' | 'imagesAtEdge' | 'notComing'>;

/** As a row counts them, but set by set: one that the edge has not counted yet hides nothing of another. */
export function countsOf(study: Pick<Study, 'images'>): ImageCounts {
  const sum = (count: (set: Study['images'][number]) => number) => study.images.reduce((total, set) => total + count(set), 0);
  return {
    imagesAtCentre: sum((set) => set.atCentre), imagesAtEdge: sum((set) => Math.max(set.atEdge, set.atCentre)), notComing: sum((set) => set.notComing),
  };
}

/** Percent of what is to come; null where nothing is here and nothing comes. */
export function uploaded(counts: ImageCounts): number | null {
  const coming = Math.max(counts.imagesAtEdge - counts.notComing, counts.imagesAtCentre);
  return coming === 0 ? null : Math.floor((counts.imagesAtCentre / coming) * 100);
}

const readable = new Set<ExamPhase>(['readyToRead', 'reported', 'closed', 'unmatched']);

/** Images on their way while the exam can be read already: an emergency, or somebody ended the waiting. */
export function onTheWay(counts: ImageCounts, phase: ExamPhase): number {
  return readable.has(phase) ? Math.max(counts.imagesAtEdge - counts.notComing - counts.imagesAtCentre, 0) : 0;
}
