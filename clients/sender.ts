import type { FleetConfiguration, FleetWindow } from './contract.ts';
import { buildMessageFrames, withPing } from './frames.ts';
import { LatencyHistogram } from './latency.ts';
import { Ring, type RingMember } from './ring.ts';
import { notYet, type TimedMessage, Unanswered } from './unanswered.ts';
import { MeasuredWindow, type Totals } from './window.ts';

type Settings = Pick<FleetConfiguration, 'index' | 'messageBytes' | 'intervalMilliseconds' | 'pingsPerSecond'>;

/** A client as the sender sees it. */
export interface SendingClient extends RingMember {
  /**
   * Belongs to the sender; undefined while nothing is unanswered, so that thousands of idle clients take no memory for
   * it.
   */
  unanswered: Unanswered | undefined;
  readonly socket: { readonly writableLength: number; write(bytes: Buffer): boolean };
}

/**
 * Sends the messages of all open clients, each client at its own phase of the interval. It times some messages by a
 * ping that follows them. Open loop: sending never waits for the server.
 */
export class Sender {
  readonly totals: Totals = { scheduled: 0, sent: 0, suppressed: 0, pongs: 0 };
  readonly #ring: Ring<SendingClient>;
  readonly #frames: Buffer[];
  readonly #frameBytes: number;
  readonly #random: () => number;
  /** Pings per interval, over all clients. */
  readonly #pingsPerInterval: number;
  /** Number of pings sent. */
  #pings = 0;
  #window: MeasuredWindow | undefined = undefined;
  /** Latencies since the last `takeP99`, in a window or not. */
  readonly #recent = new LatencyHistogram();
  #on = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** When the timer fires, by `performance.now()`. */
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

  /** Ends the window; undefined when none is open. */
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

  /**
   * 99th percentile in milliseconds, from scheduled send to pong, of the messages answered since the last call;
   * undefined when there were none.
   */
  takeP99(): number | undefined {
    if (this.#recent.count === 0) return undefined;
    const milliseconds = this.#recent.milliseconds(99);
    this.#recent.reset();
    return milliseconds;
  }

  /**
   * Records the messages that the pong of this ping answers. An unsolicited pong is allowed (RFC 6455, 5.5.3) and
   * answers nothing.
   */
  ponged(client: SendingClient, ping: number): void {
    const now = performance.now();
    for (const message of client.unanswered?.take(ping) ?? []) {
      this.totals.pongs += 1;
      this.#recent.record(now - message.scheduledAt);
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
    // Chosen before looking at the client: a lagging or stuck client has as many messages timed as others.
    const timed = this.#random() * this.#ring.size < this.#pingsPerInterval;
    // One message may still be leaving, and a second one may wait behind it. Further ones would fill the memory of this
    // process, so they are suppressed. When a suppressed message is to be timed, a ping leaves with the next message,
    // and the time counts from when the suppressed one was due.
    if (client.socket.writableLength > this.#frameBytes) {
      this.totals.suppressed += 1;
      if (timed) this.#time(client, scheduledAt, notYet);
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
    const message = { scheduledAt, sentAt, ping: notYet };
    if (client.unanswered.add(message, this.#isObsolete)) this.#window?.timed(message, performance.now());
  }

  /** True when no window will count the message: the current one does not cover it, and the next one starts later. */
  readonly #isObsolete = (message: TimedMessage): boolean => !this.#window?.covers(message);

  #withPing(unanswered: Unanswered, message: Buffer): Buffer {
    this.#pings = (this.#pings + 1) >>> 0;
    unanswered.pinged(this.#pings);
    return withPing(message, this.#pings);
  }
}
