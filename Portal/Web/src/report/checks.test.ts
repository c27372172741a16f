import { describe, expect, it } from 'vitest';
import type { ReportText, Sex } from '../api/types';
import { checksOf } from './checks';

const text = (findings: string, impression: string, positive: boolean | null = true): ReportText => ({ templateId: null, findings, impression, positive });
const names = (value: ReportText, sex: Sex = 'M', side?: string) => checksOf(value, { sex, side }).map((check) => check.name);

describe('checks as you type (R7.1.2-4)', () => {
  it('stop an empty report', () => {
    expect(checksOf(text('', ' ', null), { sex: 'M' }).filter((check) => check.level === 'stop').map((check) => check.name)).toEqual(['noFindings', 'noImpression']);
  });
  it('find nothing to say about a sound one', () => expect(names(text('右肺上叶结节。', '右肺上叶结节，建议复查。'))).toEqual([]));
  it('see left and right contradict each other', () => {
    expect(names(text('左侧股骨颈骨折。', '右侧股骨颈骨折。'))).toContain('sideContradiction');
    expect(names(text('双侧胸腔积液。', '右侧胸腔积液。'))).not.toContain('sideContradiction');
    expect(names(text('Fracture of the left femur.', 'Right femoral fracture.'))).toContain('sideContradiction');
  });
  it('see the other side than was asked for', () => {
    expect(names(text('右膝关节间隙变窄。', '右膝退行性变。'), 'M', 'L')).toContain('sideRequest');
    expect(names(text('左膝关节间隙变窄。', '左膝退行性变。'), 'M', 'L')).not.toContain('sideRequest');
  });
  it('see an organ that this person has not', () => {
    expect(names(text('子宫大小正常。', '未见异常。', false), 'M')).toContain('sexOrgan');
    expect(names(text('前列腺增大。', '前列腺增生。'), 'F')).toContain('sexOrgan');
    expect(names(text('前列腺增大。', '前列腺增生。'), 'M')).not.toContain('sexOrgan');
    expect(names(text('前列腺增大。', '前列腺增生。'), 'U')).not.toContain('sexOrgan');
  });
  it('count fields left open', () => expect(checksOf(text('心胸比{}。', '{定位}异常'), { sex: 'M' }).find((check) => check.name === 'unfilled')?.detail).toBe('2'));
  it('ask for the positive flag, and see it contradicted', () => {
    expect(names(text('所见', '结节', null))).toContain('positiveUnset');
    expect(names(text('颅内出血。', '右侧基底节区出血。', false))).toContain('normalButPositive');
    expect(names(text('颅内未见出血。', '颅内未见急性出血。', false))).not.toContain('normalButPositive');
  });
});
