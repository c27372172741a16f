import { describe, expect, it } from 'vitest';
import { fieldsOf, insertAt, nextField, settled, unfilled } from './fields';

const chest = '胸廓对称，气管居中。双肺纹理走行自然，肺野内{未见实变或结节}。肺门不大，心胸比{}。膈面光整，肋膈角{锐利}。';
const chestCt = '双肺{未见实变}；结节：{位置/大小mm/密度/边缘}。气道{通畅}。纵隔淋巴结短径{}mm。胸腔{无积液}。扫及上腹{}。';

describe('template fields (R7.1.2-2)', () => {
  it('stand in braces, with normal text or a prompt', () => {
    expect(fieldsOf(chest).map(({ content, prompt }) => [content, prompt])).toEqual([['未见实变或结节', false], ['', true], ['锐利', false]]);
    expect(unfilled(chestCt)).toHaveLength(3);
  });
  it('are walked in turn, round the end, and back', () => {
    const [first, second, third] = fieldsOf(chest);
    expect(nextField(chest, 0)).toEqual(first);
    expect(nextField(chest, first?.end ?? 0)).toEqual(second);
    expect(nextField(chest, third?.end ?? 0)).toEqual(first);
    expect(nextField(chest, third?.start ?? 0, true)).toEqual(second);
    expect(nextField('没有字段', 0)).toBeNull();
  });
});

describe('settling a text', () => {
  it('keeps normal text without its braces', () => {
    expect(settled('颅内{未见出血}。颅骨{完整}。')).toBe('颅内未见出血。颅骨完整。');
    expect(settled('中线移位{0}mm。')).toBe('中线移位0mm。');
  });
  it('leaves out clauses that nobody filled in, and keeps sentences whole', () => {
    expect(settled(chest)).toBe('胸廓对称，气管居中。双肺纹理走行自然，肺野内未见实变或结节。肺门不大。膈面光整，肋膈角锐利。');
    expect(settled(chestCt)).toBe('双肺未见实变；气道通畅。胸腔无积液。');
  });
  it('drops the prompts of an impression', () => {
    expect(settled('心、肺、膈未见明确异常。{定位}{定性}{建议}')).toBe('心、肺、膈未见明确异常。');
  });
  it('does not touch what has no braces', () => expect(settled('右肺上叶结节，建议复查。')).toBe('右肺上叶结节，建议复查。'));
});

describe('phrases', () => {
  it('go where the caret stands, on their first field', () => {
    const { text, selection } = insertAt('双肺清晰。', 5, 5, '建议{3}个月后复查');
    expect(text).toBe('双肺清晰。建议{3}个月后复查。');
    expect(text.slice(...selection)).toBe('{3}');
  });
  it('begin a new sentence after an open one', () => expect(insertAt('双肺清晰', 4, 4, '请结合临床及实验室检查').text).toBe('双肺清晰。请结合临床及实验室检查。'));
});
