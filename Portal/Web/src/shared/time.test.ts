import { describe, expect, it } from 'vitest';
import { ageOf, bytesText, clockOf, clockText, secondsOf } from './time';

describe('durations of the portal', () => {
  it.each([['00:10:00', 600], ['1.02:00:00', 93_600], ['00:00:01.5000000', 1.5], ['-00:07:00', -420]])('%s is %d seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });
  it('says so when it is not a duration', () => expect(secondsOf('soon')).toBeNaN());
});

describe('clocks (R7.1.3-3: notified in time, answered in time)', () => {
  const from = '2026-01-01T00:00:00Z';
  const due = '2026-01-01T00:10:00Z';
  it('counts down', () => {
    const clock = clockOf(from, due, Date.parse('2026-01-01T00:04:00Z'));
    expect(clock).toEqual({ left: 360, overdue: false, gone: 0.4 });
  });
  it('is overdue past its end', () => expect(clockOf(from, due, Date.parse('2026-01-01T00:11:00Z'))).toMatchObject({ left: -60, overdue: true, gone: 1 }));
  it('stands still once stopped', () =>
    expect(clockOf(from, due, Date.parse('2026-01-01T09:00:00Z'), '2026-01-01T00:05:00Z')).toMatchObject({ left: 300, overdue: false }));
  it('reads as people read clocks', () => {
    expect(clockText(65)).toBe('1:05');
    expect(clockText(3665)).toBe('1:01:05');
    expect(clockText(-65)).toBe('1:05');
    expect(clockText(2 * 86_400 + 11_400)).toBe('2d 03:10');
  });
});

describe('age and sizes', () => {
  const now = Date.parse('2026-06-15T12:00:00');
  it('counts birthdays, not years', () => {
    expect(ageOf('1960-06-16', now)).toBe(65);
    expect(ageOf('1960-06-14', now)).toBe(66);
    expect(ageOf(null, now)).toBeNull();
  });
  it('shows bytes in the unit that fits', () => {
    expect(bytesText(512)).toBe('512 B');
    expect(bytesText(526 * 1024)).toBe('526 KB');
    expect(bytesText(1.5 * 1024 ** 3)).toBe('1.5 GB');
  });
});
