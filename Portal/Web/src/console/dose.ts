import type { PerformedStep } from '../api/types';

type Dose = NonNullable<PerformedStep['dose']>;
type Exposure = PerformedStep['exposures'][number];

const joined = (...parts: (string | false)[]) => parts.filter((part) => part !== false).join(' · ');
const value = (name: string, number: number | null | undefined, unit: string): string | false => number != null && `${name} ${String(Math.round(number * 100) / 100)} ${unit}`.trim();

/** Units as on the device's own screen; nothing for what it did not say. */
export const doseText = (dose: Dose): string => joined(
  value('DLP', dose.dlpMilliGrayCm, 'mGy·cm'), value('DAP', dose.areaProduct, 'dGy·cm²'), value('ESD', dose.entranceMilliGray, 'mGy'),
  value('×', dose.exposures, ''), value('T', dose.fluoroscopySeconds, 's'));

export const exposureText = (exposure: Exposure): string => joined(
  value('', exposure.peakKilovolts, 'kV'), value('', exposure.tubeMilliamperes, 'mA'), value('', exposure.milliseconds, 'ms'),
  value('CTDIvol', exposure.ctdiVolMilliGray, 'mGy'), value('DLP', exposure.dlpMilliGrayCm, 'mGy·cm'));
