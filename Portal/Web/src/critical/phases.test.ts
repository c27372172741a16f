import { describe, expect, it } from 'vitest';
import type { CriticalPhase, CriticalValue, Role, User } from '../api/types';
import { concerns, owesCall, stageOf, stepsFor } from './phases';

const value = (phase: CriticalPhase, allowed: string[] = []): CriticalValue => ({
  criticalValueId: 'crit:1', version: 1, phase, suspectedAt: '', verifiedAt: null, notifyDue: null, receivedAt: null, answerDue: null, actedAt: null, closedAt: null,
  receivedBy: null, readBack: null, actedBy: null, action: null, phoneTaskReason: null, calls: [], escalationStep: 0, history: [], allowed,
  suspicion: { studyId: 's', entryId: 'e', entryName: 'n', site: 'township-a', readingCentre: 'expert', note: '', notifyWithin: '', answerWithin: '', requestedBy: null },
});
const user = (site: string, ...roles: Role[]): User => ({ userId: 'u', name: 'n', site, siteName: site, roles, licence: null });

describe('who a critical value concerns (R7.1.3-3, R7.1.3-4)', () => {
  it('covers the pages of nurse, clinician and duty doctor at the capturing site until somebody confirms', () => {
    for (const role of ['nurse', 'clinician', 'duty'] as const) {
      expect(concerns(value('notifying'), user('township-a', role))).toBe(true);
      expect(concerns(value('notifyEscalated'), user('township-a', role))).toBe(true);
      expect(concerns(value('received'), user('township-a', role))).toBe(false);
      expect(concerns(value('suspected'), user('township-a', role))).toBe(false);
    }
  });
  it('never covers another site or another role', () => {
    expect(concerns(value('notifying'), user('township-b', 'nurse'))).toBe(false);
    expect(concerns(value('notifying'), user('township-a', 'technician'))).toBe(false);
  });
  it('leaves the phone task to the reading centre', () => {
    expect(owesCall(value('phoneDue'), user('expert', 'reader'))).toBe(true);
    expect(owesCall(value('phoneDue'), user('township-a', 'nurse'))).toBe(false);
    expect(owesCall(value('notifying'), user('expert', 'reader'))).toBe(false);
  });
});

describe('steps of the loop', () => {
  it('are those that the state allows, for the person\'s side', () => {
    const notified = value('notifying', ['critical.receive', 'critical.withdraw', 'critical.call']);
    expect(stepsFor(notified, user('township-a', 'nurse'))).toEqual(['receive']);
    expect(stepsFor(notified, user('expert', 'senior'))).toEqual(['call', 'withdraw']);
    expect(stepsFor(value('received', ['act']), user('township-a', 'nurse'))).toEqual([]);
    expect(stepsFor(value('received', ['act']), user('township-a', 'clinician'))).toEqual(['act']);
  });
  it('have a place on the way to closing', () => {
    expect(stageOf(value('suspected'))).toBe(0);
    expect(stageOf(value('phoneDue'))).toBe(1);
    expect(stageOf(value('replyOverdue'))).toBe(2);
    expect(stageOf(value('closed'))).toBe(4);
  });
});
