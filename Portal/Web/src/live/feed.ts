import type { FeedPosition } from '../api/types';

/** One change as a hub tells it: what, which, its version; where to fetch it follows from the topic. */
export interface FeedItem {
  topic: string;
  key: string;
  version: number;
  detail: string;
}

/**
 * A batch of the region's feed. `sequence` is the position after the batch. A hub that leaves out items of other sites says in `previous`
 * where the batch began, so that only a real gap looks like one.
 */
export interface FeedBatch extends FeedPosition {
  previous?: number;
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
    const began = batch.previous ?? batch.sequence - batch.items.length;
    const gap = began > this.sequence;
    this.sequence = batch.sequence;
    return gap ? 'refetch' : 'apply';
  }
}
