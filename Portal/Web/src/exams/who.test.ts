import { describe, expect, it } from 'vitest';
import type { PatientHit } from '../api/types';
import { type PatientValues, whoOf } from './PatientFields';

const fields: PatientValues = { name: ' 张三 ', sex: 'M', nationalId: '999900197001010011', localId: '77' };
const hit = (masked: boolean): PatientHit => ({
  patientId: 'pat:A', localIds: [], masked,
  demographics: { name: '张*', pinyin: null, sex: 'M', birthDate: null, nationalId: null, phone: null, address: null, provisional: false },
});

describe('who a request is for', () => {
  it('is somebody new, with the id that this hospital gives', () => {
    expect(whoOf(fields, null, 'township-b')).toMatchObject({
      patient: { demographics: { name: '张三', nationalId: '999900197001010011' }, localIds: [{ issuer: 'township-b', value: '77' }] },
    });
  });
  it('is somebody picked, by key, and never once more by what was typed', () => {
    expect(whoOf(fields, hit(false), 'township-b')).toEqual({ patientId: 'pat:A', localIds: [{ issuer: 'township-b', value: '77' }] });
  });
  it('is proven by the card where nobody here knows them', () => {
    expect(whoOf(fields, hit(true), 'township-b')).toMatchObject({ patientId: 'pat:A', nationalId: '999900197001010011' });
  });
});
