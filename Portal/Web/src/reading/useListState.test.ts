import { describe, expect, it } from 'vitest';
import { addressOf } from './useListState';

describe('the address of a list', () => {
  it('keeps site, priority and modality', () => {
    expect(addressOf(new URLSearchParams('view=x&site=a'), { site: '', priority: 'urgent' }).toString()).toBe('view=x&priority=urgent');
  });
  it('never holds what may be a name, and drops one that an old link brought', () => {
    expect(addressOf(new URLSearchParams('text=Li&site=a'), { text: 'Wang', modality: 'CT' }).toString()).toBe('site=a&modality=CT');
  });
});
