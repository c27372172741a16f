import { ApiError } from '../api/http';

/** A data set as PS3.18 Annex F writes it. */
export type DicomJson = Record<string, { vr: string; Value?: unknown[]; InlineBinary?: string; BulkDataURI?: string } | undefined>;

export interface Series {
  studyUid: string;
  seriesUid: string;
  number: number;
  modality: string;
  description: string;
  count: number;
}

export interface Frame {
  imageId: string;
  instanceNumber: number;
  location: number | null;
}

export interface Stack {
  series: Series;
  frames: Frame[];
  /** Of each instance, for the image loader. */
  metadata: { imageId: string; dataSet: DicomJson }[];
  windowed: boolean;
  frameTime: number | null;
  thickness: number | null;
  date: string | null;
  /** Given where the series holds no images to scroll through, but documents or videos. */
  content: Content | null;
}

/** What the browser shows by itself: one address an instance. */
export interface Content {
  kind: 'document' | 'video';
  addresses: string[];
}

export function textOf(dataSet: DicomJson, tag: string): string | null {
  const value = dataSet[tag]?.Value?.[0];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) return String(value.Alphabetic);
  return null;
}

export function numberOf(dataSet: DicomJson, tag: string): number | null {
  const text = textOf(dataSet, tag);
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function vectorOf(dataSet: DicomJson, tag: string): number[] | null {
  const values = dataSet[tag]?.Value?.map(Number);
  return values?.every(Number.isFinite) === true ? values : null;
}

async function dicomJson(path: string): Promise<DicomJson[]> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', headers: { Accept: 'application/dicom+json' } });
  } catch {
    throw new ApiError({ status: 0, rule: 'net.unreachable' });
  }
  if (response.status === 204) return [];
  if (!response.ok) throw new ApiError({ status: response.status });
  return (await response.json()) as DicomJson[];
}

export async function findSeries(studyUid: string): Promise<Series[]> {
  const found = await dicomJson(`/dicom-web/studies/${studyUid}/series`);
  return found
    .map((dataSet) => ({
      studyUid,
      seriesUid: textOf(dataSet, '0020000E') ?? '',
      number: numberOf(dataSet, '00200011') ?? 0,
      modality: textOf(dataSet, '00080060') ?? '',
      description: textOf(dataSet, '0008103E') ?? '',
      count: numberOf(dataSet, '00201209') ?? 0,
    }))
    .filter((series) => series.seriesUid !== '' && !unseen.has(series.modality))
    .sort((a, b) => a.number - b.number);
}

/** Objects without pixels of their own. */
const unseen = new Set(['SR', 'PR', 'KO', 'REG', 'RTSTRUCT', 'RTPLAN']);

const encapsulatedPdf = '1.2.840.10008.5.1.4.1.1.104.1';

/** MPEG-4 AVC and HEVC: what the portal hands out as MP4. */
const videoSyntaxes = new Set(['1.2.840.10008.1.2.4.102', '1.2.840.10008.1.2.4.104', '1.2.840.10008.1.2.4.107']);

/** Position along the stack's normal (PS3.3 C.7.6.2), where the images say it. */
export function positionAlong(dataSet: DicomJson): number | null {
  const position = vectorOf(dataSet, '00200032');
  const cosines = vectorOf(dataSet, '00200037');
  if (position?.length !== 3 || cosines?.length !== 6) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = cosines;
  const [x = 0, y = 0, z = 0] = position;
  return x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
}

/** The order in which a series is scrolled: as numbered; unnumbered or equally numbered images by their place in space. */
export function inOrder(dataSets: DicomJson[]): DicomJson[] {
  const key = (dataSet: DicomJson) => numberOf(dataSet, '00200013') ?? Number.MAX_SAFE_INTEGER;
  return [...dataSets].sort((a, b) => key(a) - key(b) || (positionAlong(a) ?? 0) - (positionAlong(b) ?? 0));
}

/** By the class and the syntax of its first instance (0008,3002 is told with stored metadata). */
export function contentOf(series: Series, ordered: DicomJson[]): Content | null {
  const first = ordered[0];
  if (first === undefined) return null;
  const kind = textOf(first, '00080016') === encapsulatedPdf ? 'document' : videoSyntaxes.has(textOf(first, '00083002') ?? '') ? 'video' : null;
  if (kind === null) return null;
  return { kind, addresses: ordered.map((dataSet) => `/api/images/${series.studyUid}/${series.seriesUid}/${textOf(dataSet, '00080018') ?? ''}/content`) };
}

export function stackOf(series: Series, dataSets: DicomJson[], origin: string): Stack {
  const frames: Frame[] = [];
  const metadata: Stack['metadata'] = [];
  const content = contentOf(series, inOrder(dataSets));
  const ordered = content === null ? inOrder(dataSets.filter((dataSet) => numberOf(dataSet, '00280010') !== null)) : [];
  for (const dataSet of ordered) {
    const instance = textOf(dataSet, '00080018') ?? '';
    const base = `wadors:${origin}/dicom-web/studies/${series.studyUid}/series/${series.seriesUid}/instances/${instance}/frames/`;
    metadata.push({ imageId: `${base}1`, dataSet });
    for (let frame = 1; frame <= (numberOf(dataSet, '00280008') ?? 1); frame++) {
      frames.push({ imageId: base + frame, instanceNumber: numberOf(dataSet, '00200013') ?? frames.length + 1, location: numberOf(dataSet, '00201041') ?? positionAlong(dataSet) });
    }
  }
  const first = ordered[0];
  return {
    series: { ...series, count: content?.addresses.length ?? frames.length },
    content,
    frames,
    metadata,
    windowed: first !== undefined && numberOf(first, '00281050') !== null,
    frameTime: first === undefined ? null : numberOf(first, '00181063'),
    thickness: first === undefined ? null : numberOf(first, '00180050'),
    date: first === undefined ? null : textOf(first, '00080020'),
  };
}

const paletteTags = ['00281201', '00281202', '00281203'];

/**
 * What the image loader cannot take as it comes: a pixel spacing of nothing, and the tables of a palette (PS3.3 C.7.6.3.1.6) that are bytes.
 * The images themselves are never touched.
 */
export function readable(dataSet: DicomJson): DicomJson {
  const next = { ...dataSet };
  const spacing = vectorOf(dataSet, '00280030');
  if (spacing !== null && !spacing.every((each) => each > 0)) delete next['00280030'];
  for (const [index, tag] of paletteTags.entries()) {
    const inline = dataSet[tag]?.InlineBinary;
    const descriptor = vectorOf(dataSet, `0028110${index + 1}`);
    if (inline === undefined || descriptor === null) continue;
    const bytes = Uint8Array.from(atob(inline), (char) => char.charCodeAt(0));
    const entries = descriptor[0] === 0 ? 65_536 : descriptor[0] ?? 0;
    const words = bytes.length >= entries * 2;
    const view = new DataView(bytes.buffer);
    next[tag] = { vr: 'US', Value: Array.from({ length: Math.min(entries, words ? bytes.length >> 1 : bytes.length) }, (_, at) => (words ? view.getUint16(at * 2, true) : bytes[at])) };
  }
  return next;
}

/** Tables that the server keeps apart are fetched before anything is drawn with them. */
async function withPalette(dataSet: DicomJson): Promise<DicomJson> {
  const next = { ...dataSet };
  for (const tag of paletteTags) {
    const address = dataSet[tag]?.BulkDataURI;
    if (address === undefined) continue;
    const response = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/octet-stream' } });
    if (!response.ok) throw new ApiError({ status: response.status });
    const bytes = new Uint8Array(await response.arrayBuffer());
    next[tag] = { vr: 'OW', InlineBinary: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
  }
  return next;
}

export async function loadStack(series: Series): Promise<Stack> {
  const dataSets = await dicomJson(`/dicom-web/studies/${series.studyUid}/series/${series.seriesUid}/metadata`);
  return stackOf(series, await Promise.all(dataSets.map(async (dataSet) => readable(await withPalette(dataSet)))), window.location.origin);
}

/** Indices of a stack from one outwards: what the reader is likeliest to want next comes first. */
export function outwards(count: number, from: number): number[] {
  const order: number[] = [];
  for (let step = 0; step < count; step++) {
    if (step === 0) order.push(from);
    else {
      if (from + step < count) order.push(from + step);
      if (from - step >= 0) order.push(from - step);
    }
  }
  return order;
}
