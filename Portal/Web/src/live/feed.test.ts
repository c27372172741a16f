import { describe, expect, it } from 'vitest';
import { FeedFollower } from './feed';

const item = (key: string) => ({ topic: 'study', key, version: 1, detail: 'x' });

describe('FeedFollower', () => {
  it('applies batches that follow each other', () => {
    const feed = new FeedFollower();
    feed.connected({ epoch: 'a', sequence: 10 });
    expect(feed.changed({ epoch: 'a', sequence: 11, items: [item('1'), item('2')] })).toBe('apply');
    expect(feed.changed({ epoch: 'a', sequence: 12, items: [item('3')] })).toBe('apply');
  });

  it('asks to fetch again after a gap, once', () => {
    const feed = new FeedFollower();
    feed.connected({ epoch: 'a', sequence: 10 });
    expect(feed.changed({ epoch: 'a', sequence: 15, items: [item('1')] })).toBe('refetch');
    expect(feed.changed({ epoch: 'a', sequence: 16, items: [item('2')] })).toBe('apply');
  });

  it('ignores what it has seen', () => {
    const feed = new FeedFollower();
    feed.connected({ epoch: 'a', sequence: 10 });
    expect(feed.changed({ epoch: 'a', sequence: 10, items: [item('1')] })).toBe('stale');
  });

  it('fetches again when the feed began anew, and when it moved while the line was down', () => {
    const feed = new FeedFollower();
    expect(feed.connected({ epoch: 'a', sequence: 10 })).toBe('stale');
    expect(feed.connected({ epoch: 'a', sequence: 10 })).toBe('stale');
    expect(feed.connected({ epoch: 'a', sequence: 11 })).toBe('refetch');
    expect(feed.connected({ epoch: 'b', sequence: 11 })).toBe('refetch');
    expect(feed.changed({ epoch: 'c', sequence: 1, items: [item('1')] })).toBe('refetch');
  });
});
