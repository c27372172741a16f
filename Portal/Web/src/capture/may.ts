import type { ExamPhase, Study, User } from '../api/types';
import { has } from '../shared/roles';

/** As the portal's own rule: from when the patient stands there. Later images are told to the reader as 追加影像. */
const phases: ExamPhase[] = ['arrived', 'inRoom', 'acquired', 'readyToRead', 'reported', 'closed'];

export function mayCapture(study: Study, user: User): boolean {
  return has(user, 'technician', 'sonographer') && study.site === user.site && phases.includes(study.phase);
}
