import { describe, expect, it } from 'vitest';
import type { ClaimTicket, Report, Study } from '../api/types';
import { claimOf } from './claims';

const report = (part: Partial<Report>): Study => ({
  report: { phase: 'claimed', claimToken: 0, provisional: false, versions: [], traces: [], ...part },
}) as unknown as Study;
const ticket = (token: number, readerId = 'reader'): ClaimTicket => ({
  studyId: 'study:1', token, readerId, readerName: 'r', grantedAt: '', expiresAt: '2026-01-01T00:30:00Z',
});

describe('the claim under which a reader writes (R7.1.1)', () => {
  it('is the one granted, until the study has heard of it', () => {
    expect(claimOf(report({ phase: 'awaiting', claimToken: 4 }), 'reader', ticket(5))?.token).toBe(5);
  });
  it('is the one the study tells when nothing is kept', () => {
    expect(claimOf(report({ readerId: 'reader', claimToken: 7 }), 'reader', null)?.token).toBe(7);
  });
  it('is gone when somebody else holds a newer one', () => {
    expect(claimOf(report({ readerId: 'reader2', claimToken: 6 }), 'reader', ticket(5))).toBeNull();
  });
  it('is never somebody else\'s', () => {
    expect(claimOf(report({ readerId: 'reader2', claimToken: 6 }), 'reader', null)).toBeNull();
    expect(claimOf(report({ claimToken: 0 }), 'reader', ticket(3, 'reader2'))).toBeNull();
  });
});
