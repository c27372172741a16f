import { describe, expect, it } from 'vitest';
import type { ReportText, Study, TextTrace } from '../api/types';
import { unsaved } from './unsaved';

const text: ReportText = { templateId: null, findings: 'f', impression: 'i', positive: null };
const study = (traces: number): Study => ({ studyId: 'study:1', report: { traces: Array.from({ length: traces }, () => ({}) as TextTrace), versions: [] } }) as unknown as Study;

describe('words not known to be saved', () => {
  it('come back to their writer at the same stage', () => {
    unsaved.keep(study(1), 'reader', text);
    expect(unsaved.find(study(1), 'reader')).toEqual(text);
    expect(unsaved.find(study(1), 'reader2')).toBeNull();
  });
  it('have no place once somebody handed the text on', () => expect(unsaved.find(study(2), 'reader')).toBeNull());
  it('are forgotten when they have left', () => {
    unsaved.drop(study(1), 'reader');
    expect(unsaved.find(study(1), 'reader')).toBeNull();
  });
});
