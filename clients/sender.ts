import type { FleetConfiguration, FleetWindow } from './contract.ts';
import { buildMessageFrames, withPing } from './frames.ts';
import { LatencyHistogram } from './latency.ts';
import { Ring, type RingMember } from './ring.ts';
import { none, type TimedMessage, Unanswered } from './unanswered.ts';
import { MeasuredWindow, type Totals } from './window.ts';

type Settings = Pick<FleetConfiguration, 'index' | 'messageBytes' | 'intervalMilliseconds' | 'pingsPerSecond'>;

/** What a client is to the sender. */
export interface SendingClient extends RingMember {
  /** The sender's own; undefined while nothing is unanswered, so that thousands of clients cost nothing. */
  unanswered: Unanswered | undefined;
  readonly socket: { readonly writableLength: number; write(bytes: Buffer): boolean };
}

/**
 * Sends the messages of all open clients, each at its own phase of the interval, and times some of them by a ping behind
 * the message. Open loop: nothing here waits for the server.
 */
export class Sender {
  readonly totals: Totals = { scheduled: 0, sent: 0, suppressed: 0, pongs: 0 };
  readonly #ring: Ring<SendingClient>;
  readonly #frames: Buffer[];
  readonly #frameBytes: number;
  readonly #random: () => number;
  /** Pings per interval, over all clients. */
  readonly #pingsPerInterval: number;
  /** Pings that left. */
  #pings = 0;
  #window: MeasuredWindow | undefined = undefined;
  /** Of what was answered lately, in a window or not. */
  readonly #lately = new LatencyHistogram();
  #on = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** What the timer is set to, by `performance.now()`. */
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(settings: Settings, random: () => number) {
    this.#ring = new Ring(settings.intervalMilliseconds, performance.now());
    this.#frames = buildMessageFrames(settings.index, settings.messageBytes);
    this.#frameBytes = this.#frames[0]?.length ?? 0;
    this.#pingsPerInterval = (settings.pingsPerSecond * settings.intervalMilliseconds) / 1_000;
    this.#random = random;
  }

  add(client: SendingClient): void {
    const due = this.#ring.add(client, this.#random());
    if (this.#on && due < this.#wakesAt) this.#wakeAt(due);
  }

  remove(client: SendingClient): void {
    this.#ring.remove(client);
    const now = performance.now();
    for (const message of client.unanswered ?? []) this.#window?.unanswered(message, now);
    client.unanswered = undefined;
  }

  switch(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    clearTimeout(this.#timer);
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (!on) return;
    this.#ring.skipTo(performance.now());
    this.#wakeForNext();
  }

  measure(name: string): void {
    this.#window = new MeasuredWindow(name, performance.now(), this.totals);
  }

  lost(code: number): void {
    this.#window?.lost(code);
  }

  /** Ends the window; undefined when none was begun. */
  report(open: ReadonlySet<SendingClient>): FleetWindow | undefined {
    const window = this.#window;
    if (window === undefined) return undefined;
    this.#window = undefined;
    const now = performance.now();
    for (const client of open) {
      for (const message of client.unanswered ?? []) window.unanswered(message, now);
    }
    return window.line(now, open.size, this.totals);
  }

  /** Of the messages answered since the last call, from the scheduled send; undefined when there were none. */
  takeP99(): number | undefined {
    if (this.#lately.count === 0) return undefined;
    const milliseconds = this.#lately.milliseconds(99);
    this.#lately.reset();
    return milliseconds;
  }

  /** A pong that nobody asked for is allowed (RFC 6455, 5.5.3) and answers nothing. */
  ponged(client: SendingClient, ping: number): void {
    const now = performance.now();
    for (const message of client.unanswered?.take(ping) ?? []) {
      this.totals.pongs += 1;
      this.#lately.record(now - message.scheduledAt);
      this.#window?.ponged(message, now);
    }
    if (client.unanswered?.size === 0) client.unanswered = undefined;
  }

  readonly #wake = (): void => {
    this.#ring.due(performance.now(), this.#send);
    this.#wakeForNext();
  };

  #wakeForNext(): void {
    const next = this.#ring.next();
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (next !== undefined) this.#wakeAt(next);
  }

  #wakeAt(time: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = time;
    this.#timer = setTimeout(this.#wake, Math.max(1, Math.ceil(time - performance.now())));
  }

  readonly #send = (client: SendingClient, scheduledAt: number): void => {
    this.totals.scheduled += 1;
    // Chosen before anything is known of the client: one that lags or stands still has as many messages timed as others.
    const timed = this.#random() * this.#ring.size < this.#pingsPerInterval;
    // The first message may still be leaving, a second one may wait behind it. Further ones would fill the memory of
    // this process; where one was to be timed, a ping leaves with the next message, and counts from when it was due.
    if (client.socket.writableLength > this.#frameBytes) {
      this.totals.suppressed += 1;
      if (timed) this.#time(client, scheduledAt, none);
      return;
    }
    const message = this.#frames[this.totals.sent % this.#frames.length];
    if (message === undefined) return;
    const now = performance.now();
    if (timed) this.#time(client, scheduledAt, now);
    client.socket.write(client.unanswered?.needsPing ? this.#withPing(client.unanswered, message) : message);
    this.totals.sent += 1;
    this.#window?.sent(scheduledAt, now);
  };

  #time(client: SendingClient, scheduledAt: number, sentAt: number): void {
    client.unanswered ??= new Unanswered();
    const message = { scheduledAt, sentAt, ping: none };
    if (client.unanswered.add(message, this.#isObsolete)) this.#window?.timed(message, performance.now());
  }

  /** It will count nowhere: the next window begins after it, too. */
  readonly #isObsolete = (message: TimedMessage): boolean => !this.#window?.covers(message);

  #withPing(unanswered: Unanswered, message: Buffer): Buffer {
    this.#pings = (this.#pings + 1) >>> 0;
    unanswered.pinged(this.#pings);
    return withPing(message, this.#pings);
  }
}
