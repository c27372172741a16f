import { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { Study } from '../api/types';

const tries = 3;

/**
 * What a person rests a report on, and what may not have moved since: images, patient, where the report stands and in whose hands.
 * One's own claim may reach the exam a moment after it was granted; the claim's token fences it.
 */
function basis(study: Study): string {
  const { report } = study;
  return JSON.stringify([
    study.phase, study.patientId, study.patient, study.facts.identity, study.facts.images,
    study.images.map((set) => [set.studyInstanceUid, set.atCentre]),
    report.phase === 'awaiting' ? 'claimed' : report.phase, report.authorId, report.reviewerId, report.versions.length, report.traces.length, report.provisional,
  ]);
}

export function sameBasis(seen: Study, now: Study): boolean {
  return basis(seen) === basis(now);
}

/**
 * Sends with the version that the person saw. A version also moves with what no reader looks at, such as a claim prolonged by the autosave a
 * moment ago: then it is sent once more with the newer version. Anything else that moved is for the person to see first.
 */
export async function withVersion(seen: Study, send: (version: number) => Promise<Study>): Promise<Study> {
  let { version } = seen;
  for (let left = tries; ; left--) {
    try {
      return await send(version);
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.rule !== 'exam.version' || left === 0) throw error;
      const now = await portal.study(seen.studyId);
      if (!sameBasis(seen, now)) throw error;
      version = now.version;
    }
  }
}
