import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/http';
import { defaultKey, faultOf, freezeKey, keepKey, wanted } from './camera';
import { added, changed, counts, endedWith, maxBytes, nextOf, sizeText } from './queue';

let id = 0;
const newId = () => String(++id);
const file = (name: string, size = 10) => ({ name, blob: { size } as Blob });

describe('what waits to be sent', () => {
  it('is numbered on in the order in which it came', () => {
    const first = added([], [file('a'), file('b')], newId);
    expect(added(first, [file('c')], newId).map((item) => item.number)).toEqual([1, 2, 3]);
  });

  it('goes one at a time', () => {
    let items = added([], [file('a'), file('b')], newId);
    const [a = '', b = ''] = items.map((item) => item.id);
    expect(nextOf(items)?.name).toBe('a');
    items = changed(items, a, { state: 'sending' });
    expect(nextOf(items)).toBeUndefined();
    items = changed(items, a, { state: 'refused' });
    expect(nextOf(items)?.id).toBe(b);
  });

  it('refuses an empty and an endless file by the portal’s own rules, and does not send them', () => {
    const items = added([], [file('none', 0), file('endless', maxBytes + 1)], newId);
    expect(items.map((item) => item.problem?.problem.rule)).toEqual(['capture.file.empty', 'capture.file.too-large']);
    expect(nextOf(items)).toBeUndefined();
    expect(counts(items)).toEqual({ open: 0, done: 0, notTaken: 2 });
  });

  it('may be sent again after the line or the session failed, not after a refusal', () => {
    expect(endedWith(new ApiError({ status: 400, rule: 'capture.jpeg.progressive' })).state).toBe('refused');
    expect(endedWith(new ApiError({ status: 401 })).state).toBe('failed');
    expect(endedWith(new ApiError({ status: 503 })).state).toBe('failed');
    expect(endedWith(new TypeError('lost')).problem?.offline).toBe(true);
  });

  it('says sizes as people read them', () => {
    expect([sizeText(1), sizeText(2048), sizeText(3 * 1024 ** 2)]).toEqual(['1 KB', '2 KB', '3.0 MB']);
  });
});

describe('the camera', () => {
  it('tells a refusal from a missing and a busy camera', () => {
    const named = (name: string) => Object.assign(new Error(), { name });
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError'].map((name) => faultOf(named(name)))).toEqual(['denied', 'none', 'busy']);
  });

  it('keeps the pedal’s key, and never one that moves about the page', () => {
    const kept = new Map<string, string>();
    const store = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) };
    expect(freezeKey(store)).toBe(defaultKey);
    keepKey(store, 'b');
    expect(freezeKey(store)).toBe('b');
    keepKey(store, 'Tab');
    expect(freezeKey(store)).toBe(defaultKey);
  });

  it('asks for the chosen device and no sound', () => {
    expect(wanted('x')).toMatchObject({ audio: false, video: { deviceId: { exact: 'x' } } });
  });
});
