import type { CriticalPhase, CriticalValue, User } from '../api/types';
import { allows } from '../shared/allowed';
import { answers, has } from '../shared/roles';

const waitingForReceipt: CriticalPhase[] = ['notifying', 'phoneDue', 'notifyEscalated'];

/** Nobody has confirmed it yet: a push is not a notification until someone does (workflow.md 5). */
export function awaitsReceipt(value: CriticalValue): boolean {
  return waitingForReceipt.includes(value.phase);
}

export function awaitsAction(value: CriticalValue): boolean {
  return value.phase === 'received' || value.phase === 'replyOverdue';
}

/** Whose page must be covered by it: people of answering roles at the capturing site. */
export function concerns(value: CriticalValue, user: User): boolean {
  return awaitsReceipt(value) && answers(user) && value.suspicion.site === user.site;
}

/** The reading centre owes a phone call. */
export function owesCall(value: CriticalValue, user: User): boolean {
  return (value.phase === 'phoneDue' || value.phase === 'notifyEscalated') && has(user, 'reader', 'senior', 'duty') && value.suspicion.readingCentre === user.site;
}

export type CriticalStepName = 'verify' | 'refute' | 'receive' | 'call' | 'act' | 'confirm' | 'withdraw';

const order: CriticalPhase[] = ['suspected', 'notifying', 'received', 'acted', 'closed'];

/** Place on the loop 疑似 → 通报 → 接收 → 处置 → 闭环, 0 to 4. */
export function stageOf(value: CriticalValue): number {
  switch (value.phase) {
    case 'phoneDue':
    case 'notifyEscalated':
      return 1;
    case 'replyOverdue':
      return 2;
    case 'refuted':
    case 'withdrawn':
      return value.receivedAt != null ? 2 : value.verifiedAt != null ? 1 : 0;
    default:
      return order.indexOf(value.phase);
  }
}

/** Steps that this person may take now: what the state allows, for the side of the loop on which the person stands. */
export function stepsFor(value: CriticalValue, user: User): CriticalStepName[] {
  const centre = has(user, 'reader', 'senior', 'duty') && value.suspicion.readingCentre === user.site;
  const site = answers(user) && value.suspicion.site === user.site;
  const side: Record<CriticalStepName, boolean> = {
    verify: centre, refute: centre, call: centre, confirm: centre, withdraw: centre && has(user, 'senior'),
    receive: site, act: site && has(user, 'clinician', 'duty'),
  };
  return (Object.keys(side) as CriticalStepName[]).filter((step) => side[step] && allows(value.allowed, step));
}
