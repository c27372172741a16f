/** 窗宽 and 窗位, as radiologists say them. */
export interface Voi {
  width: number;
  center: number;
}

export interface VoiRange {
  lower: number;
  upper: number;
}

/** PS3.3 C.11.2.1.2.1, linear: the values at the dark and the bright end of a window. */
export function rangeOf({ width, center }: Voi): VoiRange {
  return { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 };
}

export function voiOf({ lower, upper }: VoiRange): Voi {
  return { width: Math.abs(upper - lower) + 1, center: (lower + upper + 1) / 2 };
}

export type PresetName = 'brain' | 'stroke' | 'bone' | 'lung' | 'mediastinum' | 'abdomen' | 'angio';

export interface Preset {
  name: PresetName;
  voi: Voi;
}

/** Windows of CT in Hounsfield units. The numbers on the keys stay the same whatever the body part, for the hand to remember. */
const ct: Preset[] = [
  { name: 'brain', voi: { width: 80, center: 40 } },
  { name: 'stroke', voi: { width: 40, center: 40 } },
  { name: 'bone', voi: { width: 2000, center: 500 } },
  { name: 'lung', voi: { width: 1500, center: -600 } },
  { name: 'mediastinum', voi: { width: 350, center: 40 } },
  { name: 'abdomen', voi: { width: 400, center: 50 } },
  { name: 'angio', voi: { width: 600, center: 200 } },
];

/** Fixed windows make sense only where the values have a fixed meaning: CT. Elsewhere the images bring their own. */
export function presetsFor(modality: string | undefined): Preset[] {
  return modality === 'CT' ? ct : [];
}
