import { ApiError } from '../api/http';

export type ItemState = 'waiting' | 'sending' | 'done' | 'refused' | 'failed';

/** One file on its way into the exam. */
export interface Item {
  id: string;
  /** Place in the sitting: the image's number in its series. */
  number: number;
  name: string;
  blob: Blob;
  state: ItemState;
  /** 0 to 1. */
  progress: number;
  problem: ApiError | null;
}

/** As the portal's own bound; a longer file is not even begun. */
export const maxBytes = 1024 ** 3;

const local = (rule: string) => new ApiError({ status: 400, code: 'invalid', rule });

function problemOf(blob: Blob): ApiError | null {
  if (blob.size === 0) return local('capture.file.empty');
  return blob.size > maxBytes ? local('capture.file.too-large') : null;
}

/** Puts files at the end; numbers go on where they stood. What cannot be sent is refused at once, with the portal's own reason. */
export function added(items: Item[], files: { name: string; blob: Blob }[], newId: () => string): Item[] {
  const last = items.reduce((most, item) => Math.max(most, item.number), 0);
  return [...items, ...files.map(({ name, blob }, index): Item => {
    const problem = problemOf(blob);
    return { id: newId(), number: last + index + 1, name, blob, state: problem === null ? 'waiting' : 'refused', progress: 0, problem };
  })];
}

/** The next to be sent: one at a time, in order, so that a slow line shows one moving bar and the numbers follow the order. */
export function nextOf(items: Item[]): Item | undefined {
  return items.some((item) => item.state === 'sending') ? undefined : items.find((item) => item.state === 'waiting');
}

export function changed(items: Item[], id: string, change: Partial<Item>): Item[] {
  return items.map((item) => (item.id === id ? { ...item, ...change } : item));
}

/** Refused for good, or something on the way failed: then it may be sent again. */
export function endedWith(error: unknown): Partial<Item> {
  const problem = error instanceof ApiError ? error : new ApiError({ status: 0, rule: 'net.unreachable' });
  const forGood = problem.problem.status >= 400 && problem.problem.status < 500 && problem.problem.status !== 401 && problem.problem.status !== 408;
  return { state: forGood ? 'refused' : 'failed', progress: 0, problem };
}

export function counts(items: Item[]): { open: number; done: number; notTaken: number } {
  return {
    open: items.filter((item) => item.state === 'waiting' || item.state === 'sending').length,
    done: items.filter((item) => item.state === 'done').length,
    notTaken: items.filter((item) => item.state === 'refused' || item.state === 'failed').length,
  };
}

export function sizeText(bytes: number): string {
  if (bytes >= 1024 ** 2) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}
