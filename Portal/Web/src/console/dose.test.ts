import { describe, expect, it } from 'vitest';
import { doseText, exposureText } from './dose';

describe('dose', () => {
  it('says what the device said, with units, and nothing else', () => {
    expect(doseText({ entranceMilliGray: null, areaProduct: null, exposures: 2, fluoroscopySeconds: null, dlpMilliGrayCm: 512.345, comment: 'TotalDLP=512.345' })).toBe('DLP 512.35 mGy·cm · × 2');
    expect(exposureText({ mode: null, peakKilovolts: 120, tubeMilliamperes: 250, milliseconds: null, ctdiVolMilliGray: 38.5, dlpMilliGrayCm: null, comment: null })).toBe('120 kV · 250 mA · CTDIvol 38.5 mGy');
  });
});
