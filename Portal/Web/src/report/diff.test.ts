import { describe, expect, it } from 'vitest';
import { changed, diffOf } from './diff';

const side = (before: string, after: string, kind: 'added' | 'removed') => diffOf(before, after).filter((part) => part.kind !== kind).map((part) => part.text).join('');

describe('marks of a review (R4.2.6-4)', () => {
  it('show what was taken out and what was put in', () => {
    expect(diffOf('右肺上叶结节', '左肺上叶实性结节')).toEqual([
      { kind: 'removed', text: '右' }, { kind: 'added', text: '左' }, { kind: 'same', text: '肺上叶' }, { kind: 'added', text: '实性' }, { kind: 'same', text: '结节' },
    ]);
  });
  it('keep numbers and words whole', () => {
    expect(diffOf('直径 12mm', '直径 15mm').filter((part) => part.kind !== 'same')).toEqual([{ kind: 'removed', text: '12' }, { kind: 'added', text: '15' }]);
  });
  it('say when nothing changed', () => expect(changed(diffOf('未见异常。', '未见异常。'))).toBe(false));
  it('give both texts back, whatever they are', () => {
    const texts = ['', '双肺清晰。', '双肺纹理增粗，右下肺实变。', 'No fracture.\nAdvise follow-up.', '😀右肺', '胸腔积液 12.5mm，建议3个月后复查。'];
    for (const before of texts) {
      for (const after of texts) {
        expect(side(before, after, 'added')).toBe(before);
        expect(side(before, after, 'removed')).toBe(after);
      }
    }
  });
});
