import type { Problem } from './types';
import { atWork } from './presence';
import { newUlid } from './ulid';

/** A refusal of the portal (RFC 9457), or status 0 when the portal did not answer at all. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.rule ?? problem.code ?? String(problem.status));
    this.problem = problem;
  }

  get offline(): boolean {
    return this.problem.status === 0;
  }
}

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Called when the portal says that nobody is signed in any more. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    return { ...body, status: response.status };
  } catch {
    return { status: response.status };
  }
}

async function call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(method === 'GET' ? (atWork() ? {} : { 'X-Regional-Background': '1' }) : { 'X-Regional': '1' }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({ status: 0, rule: 'net.unreachable' });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && path !== '/api/auth/login') {
      for (const listener of signedOut) listener();
    }
    throw new ApiError(problem);
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const http = {
  get: <T>(path: string) => call<T>('GET', path),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, body, { 'Idempotency-Key': newUlid() }),
  /** A command: one key an intention, so that a repeat after a lost answer changes nothing twice. */
  post: <T>(path: string, body: unknown = {}, key: string = newUlid()) => call<T>('POST', path, body, { 'Idempotency-Key': key }),
};

export function query(values: Record<string, string | number | boolean | undefined | null>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
