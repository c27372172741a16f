import { describe, expect, it } from 'vitest';
import { type DicomJson, inOrder, outwards, positionAlong, readable, type Series, stackOf } from './dicomweb';
import { presetsFor, rangeOf, voiOf } from './voi';

const series: Series = { studyUid: '1.2', seriesUid: '1.2.3', number: 1, modality: 'CT', description: '', count: 0 };
const image = (uid: string, number: number | null, z: number, frames?: number): DicomJson => ({
  '00080018': { vr: 'UI', Value: [uid] },
  '00200013': number === null ? undefined : { vr: 'IS', Value: [number] },
  '00200032': { vr: 'DS', Value: [0, 0, z] },
  '00200037': { vr: 'DS', Value: [1, 0, 0, 0, 1, 0] },
  '00280010': { vr: 'US', Value: [512] },
  '00280008': frames === undefined ? undefined : { vr: 'IS', Value: [frames] },
});

describe('a series as a stack', () => {
  it('is scrolled in the order of its numbers', () => {
    expect(inOrder([image('b', 2, 0), image('a', 1, 9)]).map((each) => each['00080018']?.Value?.[0])).toEqual(['a', 'b']);
  });
  it('without numbers, by place in space', () => {
    expect(positionAlong(image('a', null, -12.5))).toBe(-12.5);
    expect(inOrder([image('b', null, 5), image('a', null, -5)]).map((each) => each['00080018']?.Value?.[0])).toEqual(['a', 'b']);
  });
  it('has an image a frame, and leaves out objects without pixels', () => {
    const stack = stackOf(series, [image('a', 1, 0, 3), image('b', 2, 1), { '00080018': { vr: 'UI', Value: ['sr'] } }], 'http://here');
    expect(stack.frames.map((frame) => frame.imageId)).toEqual([
      'wadors:http://here/dicom-web/studies/1.2/series/1.2.3/instances/a/frames/1',
      'wadors:http://here/dicom-web/studies/1.2/series/1.2.3/instances/a/frames/2',
      'wadors:http://here/dicom-web/studies/1.2/series/1.2.3/instances/a/frames/3',
      'wadors:http://here/dicom-web/studies/1.2/series/1.2.3/instances/b/frames/1',
    ]);
    expect(stack.series.count).toBe(4);
  });
  it('is fetched from where the reader stands, outwards', () => {
    expect(outwards(5, 1)).toEqual([1, 2, 0, 3, 4]);
    expect(outwards(1, 0)).toEqual([0]);
  });
});

describe('what is no stack of images', () => {
  const instance = (uid: string, more: DicomJson): DicomJson => ({ '00080018': { vr: 'UI', Value: [uid] }, '00200013': { vr: 'IS', Value: [1] }, ...more });

  it('is a document or a video with an address of its own, and no frames', () => {
    const pdf = stackOf(series, [instance('9.1', { '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.104.1'] } })], 'http://here');
    expect(pdf.content).toEqual({ kind: 'document', addresses: ['/api/images/1.2/1.2.3/9.1/content'] });
    const video = stackOf(series, [instance('9.2', { '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.4.102'] }, '00280010': { vr: 'US', Value: [480] }, '00280008': { vr: 'IS', Value: [50] } })], 'http://here');
    expect([video.content?.kind, video.frames.length, video.series.count]).toEqual(['video', 0, 1]);
    expect(stackOf(series, [instance('9.3', { '00280010': { vr: 'US', Value: [480] } })], 'http://here').content).toBeNull();
  });
});

describe('what the image loader cannot take as it comes', () => {
  it('is a pixel spacing of nothing', () => {
    expect(readable({ '00280030': { vr: 'DS', Value: [0, 0] } })['00280030']).toBeUndefined();
    expect(readable({ '00280030': { vr: 'DS', Value: [0.5, 0.5] } })['00280030']?.Value).toEqual([0.5, 0.5]);
  });
  it('is a palette in bytes: words little-endian, or single bytes', () => {
    const words = readable({ '00281101': { vr: 'US', Value: [2, 0, 16] }, '00281201': { vr: 'OW', InlineBinary: btoa('\x00\x01\xff\x00') } });
    expect(words['00281201']?.Value).toEqual([256, 255]);
    const bytes = readable({ '00281102': { vr: 'US', Value: [4, 0, 8] }, '00281202': { vr: 'OW', InlineBinary: btoa('\x00\x01\xff\x00') } });
    expect(bytes['00281202']?.Value).toEqual([0, 1, 255, 0]);
  });
});

describe('windows', () => {
  it('turn into ranges and back (PS3.3 C.11.2.1.2.1)', () => {
    expect(rangeOf({ width: 80, center: 40 })).toEqual({ lower: 0, upper: 79 });
    expect(voiOf(rangeOf({ width: 1500, center: -600 }))).toEqual({ width: 1500, center: -600 });
  });
  it('have presets for CT only', () => {
    expect(presetsFor('CT').map((preset) => preset.name)).toContain('lung');
    expect(presetsFor('MR')).toEqual([]);
    expect(presetsFor(undefined)).toEqual([]);
  });
});
