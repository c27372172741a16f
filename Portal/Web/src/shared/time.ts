import { useSyncExternalStore } from 'react';
import type { Duration, Instant } from '../api/types';

/** Seconds of a duration as the portal writes it: `[d.]hh:mm:ss[.fffffff]`, with a sign where negative. */
export function secondsOf(duration: Duration): number {
  const match = /^(-)?(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(duration);
  if (match === null) return Number.NaN;
  const [, sign, days, hours, minutes, seconds] = match;
  const total = Number(days ?? 0) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === undefined ? total : -total;
}

/** `m:ss` below an hour, `h:mm:ss` below a day, then days: `2d 03:10`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(Math.abs(seconds)));
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor((whole % 86_400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (days > 0) return `${days}d ${two(hours)}:${two(minutes)}`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(whole % 60)}`;
  return `${minutes}:${two(whole % 60)}`;
}

export interface Clock {
  /** Seconds left; negative when overdue. */
  left: number;
  overdue: boolean;
  /** The part of the whole time that has gone, 0 to 1. */
  gone: number;
}

/** A clock that runs from one instant to another, stopped when the thing it waits for has happened. */
export function clockOf(from: Instant, due: Instant, now: number, stoppedAt?: Instant | null): Clock {
  const begin = Date.parse(from);
  const end = Date.parse(due);
  const at = stoppedAt == null ? now : Date.parse(stoppedAt);
  const left = (end - at) / 1000;
  const whole = Math.max(1, end - begin);
  return { left, overdue: left < 0, gone: Math.min(1, Math.max(0, (at - begin) / whole)) };
}

export function ageOf(birthDate: string | null | undefined, now: number): number | null {
  if (birthDate == null) return null;
  const birth = new Date(birthDate);
  const today = new Date(now);
  if (Number.isNaN(birth.getTime())) return null;
  const before = today.getMonth() < birth.getMonth() || (today.getMonth() === birth.getMonth() && today.getDate() < birth.getDate());
  return today.getFullYear() - birth.getFullYear() - (before ? 1 : 0);
}

export function timeText(instant: Instant | number | null | undefined, language: string, withDate = false): string {
  if (instant == null) return '—';
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '—';
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
  const today = new Date().toDateString() === at.toDateString();
  return new Intl.DateTimeFormat(language, withDate || !today ? { month: '2-digit', day: '2-digit', ...time } : time).format(at);
}

export function dateText(instant: Instant | null | undefined, language: string): string {
  if (instant == null) return '—';
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? '—' : new Intl.DateTimeFormat(language, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, a second apart; one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
