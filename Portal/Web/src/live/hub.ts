import { HttpTransportType, type HubConnection, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import type { FeedPosition } from '../api/types';
import { type FeedBatch, FeedFollower, type FeedItem } from './feed';

export type LineState = 'connecting' | 'live' | 'down';

export interface HubListener {
  /** Items that follow on from what was known. */
  items(items: FeedItem[]): void;
  /** Something was missed: everything shown has to be fetched again. */
  refetch(): void;
  state(state: LineState): void;
  heard(): void;
}

const waits = [0, 500, 1000, 2000, 3000, 5000];

/** One hub of the portal, dialled again for as long as the page is open. */
export class Hub {
  private readonly connection: HubConnection;
  private readonly feed = new FeedFollower();
  private readonly listener: HubListener;
  private stopped = false;
  private timer: number | undefined;

  constructor(path: string, listener: HubListener) {
    this.listener = listener;
    this.connection = new HubConnectionBuilder()
      .withUrl(path, { transport: HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling })
      .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount }) => waits[previousRetryCount] ?? 5000 })
      .configureLogging(LogLevel.None)
      .build();
    this.connection.on('Changed', (batch: FeedBatch) => {
      this.listener.heard();
      const verdict = this.feed.changed(batch);
      if (verdict === 'refetch') this.listener.refetch();
      else if (verdict === 'apply') this.listener.items(batch.items);
    });
    this.connection.on('Position', (position: FeedPosition) => {
      this.listener.heard();
      if (this.feed.connected(position) === 'refetch') this.listener.refetch();
    });
    this.connection.onreconnecting(() => this.listener.state('down'));
    this.connection.onreconnected(() => this.listener.state('live'));
    this.connection.onclose(() => {
      if (!this.stopped) this.dialAgain(0);
    });
  }

  start(): void {
    this.listener.state('connecting');
    void this.dial(0);
  }

  stop(): void {
    this.stopped = true;
    window.clearTimeout(this.timer);
    void this.connection.stop();
  }

  private async dial(attempt: number): Promise<void> {
    try {
      await this.connection.start();
      if (this.stopped) {
        await this.connection.stop();
        return;
      }
      this.listener.state('live');
    } catch {
      if (!this.stopped) this.dialAgain(attempt + 1);
    }
  }

  private dialAgain(attempt: number): void {
    this.listener.state('down');
    this.timer = window.setTimeout(() => void this.dial(attempt), waits[attempt] ?? 5000);
  }
}
