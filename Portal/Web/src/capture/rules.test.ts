import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import en from '../i18n/en.json';
import zh from '../i18n/zh-CN.json';

/** The rules stand in Imaging/Capture/CaptureRule.cs; the portal puts `capture.` before them. */
const source = readFileSync(new URL('../../../../Imaging/Capture/CaptureRule.cs', import.meta.url), 'utf8');
const rules = [...source.matchAll(/public const string \w+ = "([^"]+)"/g)].map((match) => `capture_${(match[1] ?? '').replace(/[.-]/g, '_')}`);

describe('reasons for which a file is not taken', () => {
  it('all have words in both languages', () => {
    expect(rules.length).toBeGreaterThan(15);
    for (const resource of [zh.rules, en.rules]) expect(rules.filter((rule) => !(rule in resource))).toEqual([]);
  });
});
