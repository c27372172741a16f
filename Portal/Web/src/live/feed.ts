import type { FeedPosition } from '../api/types';

/** One change as a hub tells it: what, which, its version; where to fetch it follows from the topic. */
export interface FeedItem {
  topic: string;
  key: string;
  version: number;
  detail: string;
}

/** A batch of changes. The people of one group hear a sequence of their own, one step a batch: what others may not hear leaves no gap. */
export interface FeedBatch extends FeedPosition {
  items: FeedItem[];
}

/** What a follower has to do: use the items, ignore an old batch, or fetch everything again because something was missed. */
export type FeedVerdict = 'apply' | 'stale' | 'refetch';

/** Follows a feed by epoch and sequence (design rule 6: subscriptions vanish, clients refetch on a gap). */
export class FeedFollower {
  private epoch: string | null = null;
  private sequence = 0;

  /** The position that a hub tells when a connection begins, also after it was cut. */
  connected(position: FeedPosition): FeedVerdict {
    const first = this.epoch === null;
    const same = this.epoch === position.epoch && this.sequence === position.sequence;
    this.epoch = position.epoch;
    this.sequence = position.sequence;
    return first || same ? 'stale' : 'refetch';
  }

  changed(batch: FeedBatch): FeedVerdict {
    if (this.epoch !== batch.epoch) {
      const first = this.epoch === null;
      this.epoch = batch.epoch;
      this.sequence = batch.sequence;
      return first ? 'apply' : 'refetch';
    }
    if (batch.sequence <= this.sequence) return 'stale';
    const gap = batch.sequence > this.sequence + 1;
    this.sequence = batch.sequence;
    return gap ? 'refetch' : 'apply';
  }
}
