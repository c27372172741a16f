import { describe, expect, it } from 'vitest';
import type { Study } from '../api/types';
import { countsOf, onTheWay, uploaded } from './images';

const counts = (imagesAtCentre: number, imagesAtEdge: number, notComing = 0) => ({ imagesAtCentre, imagesAtEdge, notComing });

describe('images that do not reach the centre (R4.2.3-3)', () => {
  it('do not hold the upload below its end for ever', () => {
    expect(uploaded(counts(8, 10, 2))).toBe(100);
    expect(uploaded(counts(8, 10, 1))).toBe(88);
    expect(uploaded(counts(8, 10))).toBe(80);
    expect(uploaded(counts(8, 0))).toBe(100);
  });
  it('are no upload where none of them comes', () => {
    expect(uploaded(counts(0, 4, 4))).toBeNull();
    expect(uploaded(counts(0, 0))).toBeNull();
    expect(uploaded(counts(0, 4))).toBe(0);
  });
  it('are told to who reads before they are here', () => {
    expect(onTheWay(counts(8, 10), 'readyToRead')).toBe(2);
    expect(onTheWay(counts(8, 10, 2), 'readyToRead')).toBe(0);
    expect(onTheWay(counts(8, 10), 'acquired')).toBe(0);
    expect(onTheWay(counts(8, 0), 'readyToRead')).toBe(0);
  });
  it('are counted set by set', () => {
    const study = { images: [{ atCentre: 8, atEdge: 10, notComing: 2 }, { atCentre: 5, atEdge: 0, notComing: 0 }] } as unknown as Study;
    expect(countsOf(study)).toEqual(counts(13, 15, 2));
  });
});
