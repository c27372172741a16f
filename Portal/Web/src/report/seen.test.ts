import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/http';
import { portal } from '../api/portal';
import type { Study } from '../api/types';
import { withVersion } from './seen';

const study = (version: number, part: object = {}, report: object = {}): Study => ({
  studyId: 'study:A', version, phase: 'readyToRead', patientId: 'pat:A', patient: { name: '甲', sex: 'F', birthDate: null },
  facts: { identity: 'confirmed', images: 'stable' }, images: [{ studyInstanceUid: '1.2', atCentre: 3 }],
  report: { phase: 'underReview', authorId: 'reader', reviewerId: 'senior', versions: [], traces: [], provisional: false, claimExpires: null, ...report }, ...part,
}) as unknown as Study;

const stale = () => new ApiError({ status: 412, code: 'stale', rule: 'exam.version' });

describe('a signature rests on the version that was seen', () => {
  afterEach(() => vi.restoreAllMocks());

  it('sends it', async () => {
    const send = vi.fn((version: number) => Promise.resolve(study(version + 1)));
    await withVersion(study(7), send);
    expect(send.mock.calls).toEqual([[7]]);
  });

  it('goes on when only a claim was prolonged meanwhile', async () => {
    vi.spyOn(portal, 'study').mockResolvedValue(study(9, {}, { claimExpires: '2026-01-01T00:00:00Z' }));
    const send = vi.fn((version: number) => (version === 9 ? Promise.resolve(study(10)) : Promise.reject(stale())));
    await withVersion(study(7), send);
    expect(send.mock.calls).toEqual([[7], [9]]);
  });

  it.each([
    ['another image', study(9, { images: [{ studyInstanceUid: '1.2', atCentre: 4 }] })],
    ['another patient', study(9, { patientId: 'pat:B' })],
    ['a signature of somebody else', study(9, {}, { phase: 'released', versions: [{}] })],
    ['another reviewer', study(9, {}, { reviewerId: 'other' })],
  ])('stops at %s', async (_, now) => {
    vi.spyOn(portal, 'study').mockResolvedValue(now);
    const send = vi.fn(() => Promise.reject(stale()));
    await expect(withVersion(study(7), send)).rejects.toBeInstanceOf(ApiError);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('leaves every other refusal alone', async () => {
    const asked = vi.spyOn(portal, 'study');
    await expect(withVersion(study(7), () => Promise.reject(new ApiError({ status: 412, rule: 'claim.stale' })))).rejects.toBeInstanceOf(ApiError);
    expect(asked).not.toHaveBeenCalled();
  });
});
