import { describe, expect, it } from 'vitest';
import type { Report, ReportPhase, Role, Study, User } from '../api/types';
import { mayDetach, mayReadAnyway, mayReport, modeOf } from './rights';

const study = (phase: ReportPhase, allowed: string[], report: Partial<Report> = {}, part: Partial<Study> = {}): Study => ({
  site: 'township-a', readingCentre: 'expert', phase: 'readyToRead', priority: 'routine', allowed,
  report: { phase, claimToken: 1, provisional: false, versions: [], traces: [], ...report }, ...part,
}) as unknown as Study;
const user = (userId: string, site: string, ...roles: Role[]): User => ({ userId, name: userId, site, siteName: site, roles, licence: null });
const senior = user('senior', 'expert', 'senior', 'reader');
const reader = user('reader', 'expert', 'reader', 'duty');

describe('who may do what with a report (workflow.md, Report)', () => {
  it('only what the state allows', () => {
    expect(mayReport(study('preliminary', ['report.take']), senior, 'take')).toBe(true);
    expect(mayReport(study('released', []), senior, 'take')).toBe(false);
  });
  it('an author never reviews his own', () => {
    expect(mayReport(study('preliminary', ['report.take'], { authorId: 'senior' }), senior, 'take')).toBe(false);
  });
  it('a senior of another centre does nothing here', () => {
    expect(mayReport(study('preliminary', ['report.take']), user('s', 'township-a', 'senior'), 'take')).toBe(false);
  });
  it('a preliminary is signed alone only under the single policy, by those it names', () => {
    const waiting = study('preliminary', ['report.sign']);
    expect(mayReport(waiting, senior, 'sign', { signing: 'double', singleSigners: [] })).toBe(false);
    expect(mayReport(waiting, senior, 'sign', { signing: 'single', singleSigners: ['senior'] })).toBe(true);
    expect(mayReport(waiting, reader, 'sign', { signing: 'single', singleSigners: ['senior'] })).toBe(false);
  });
  it('a review is signed by its reviewer, never while the study is unmatched', () => {
    expect(mayReport(study('underReview', ['report.sign'], { reviewerId: 'senior' }), senior, 'sign')).toBe(true);
    expect(mayReport(study('underReview', ['report.sign'], { reviewerId: 'other' }), senior, 'sign')).toBe(false);
    expect(mayReport(study('underReview', ['report.sign'], { reviewerId: 'senior' }, { phase: 'unmatched' }), senior, 'sign')).toBe(false);
  });
  it('临时报告 is for emergencies and for images nobody announced, by a duty doctor', () => {
    expect(mayReport(study('preliminary', ['report.provisional']), reader, 'provisional')).toBe(false);
    expect(mayReport(study('preliminary', ['report.provisional'], {}, { priority: 'emergency' }), reader, 'provisional')).toBe(true);
    expect(mayReport(study('preliminary', ['report.provisional'], {}, { phase: 'unmatched' }), reader, 'provisional')).toBe(true);
    expect(mayReport(study('preliminary', ['report.provisional'], {}, { priority: 'emergency' }), senior, 'provisional')).toBe(false);
  });
});

describe('what is done with an exam where it is read (workflow.md, Exam)', () => {
  it('readers of its centre end the waiting for images, where there is any', () => {
    const waiting = study('none', ['exam.read-anyway'], {}, { phase: 'acquired' });
    expect(mayReadAnyway(waiting, reader)).toBe(true);
    expect(mayReadAnyway(waiting, user('reader-x', 'elsewhere', 'reader'))).toBe(false);
    expect(mayReadAnyway(waiting, user('trainee', 'expert', 'trainee'))).toBe(false);
    expect(mayReadAnyway(study('none', []), reader)).toBe(false);
  });
  it('stewards of whatever site take images of a wrong patient off', () => {
    const wrong = study('released', ['exam.detach']);
    expect(mayDetach(wrong, user('qc', 'expert', 'quality'))).toBe(true);
    expect(mayDetach(wrong, user('admin', 'township-b', 'administrator'))).toBe(true);
    expect(mayDetach(wrong, senior)).toBe(false);
    expect(mayDetach(study('released', []), user('qc', 'expert', 'quality'))).toBe(false);
  });
});

describe('the pane', () => {
  it('writes under a claim, reviews for the reviewer, else reads', () => {
    expect(modeOf(study('claimed', []), reader, true)).toBe('write');
    expect(modeOf(study('claimed', []), reader, false)).toBe('read');
    expect(modeOf(study('underReview', [], { reviewerId: 'senior' }), senior, false)).toBe('review');
    expect(modeOf(study('underReview', [], { reviewerId: 'senior' }), reader, false)).toBe('read');
    expect(modeOf(study('preliminary', []), reader, true)).toBe('read');
    expect(modeOf(study('amending', ['report.sign']), senior, false)).toBe('review');
    expect(modeOf(study('amending', ['report.claim']), senior, false)).toBe('read');
  });
});
