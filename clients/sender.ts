import { type Client, none } from './client.ts';
import type { FleetConfiguration, FleetWindow } from './contract.ts';
import { buildMessageFrames, type MessageFrames } from './frames.ts';
import { Ring } from './ring.ts';
import { MeasuredWindow, type Totals } from './window.ts';

type Settings = Pick<FleetConfiguration, 'index' | 'messageBytes' | 'intervalMilliseconds' | 'pingsPerSecond'>;

/**
 * Sends the messages of all open clients, each at its own phase of the interval, and times some of them by a ping behind
 * the message. Open loop: nothing here waits for the server.
 */
export class Sender {
  readonly totals: Totals = { scheduled: 0, sent: 0, suppressed: 0, pongs: 0 };
  readonly #ring: Ring<Client>;
  readonly #frames: MessageFrames;
  readonly #frameBytes: number;
  readonly #random: () => number;
  /** Pings per interval, over all clients. */
  readonly #pingsPerInterval: number;
  #window: MeasuredWindow | undefined = undefined;
  #on = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  /** What the timer is set to, by `performance.now()`. */
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(settings: Settings, random: () => number) {
    this.#ring = new Ring(settings.intervalMilliseconds, performance.now());
    this.#frames = buildMessageFrames(settings.index, settings.messageBytes);
    this.#frameBytes = this.#frames.withPing[0]?.length ?? 0;
    this.#pingsPerInterval = (settings.pingsPerSecond * settings.intervalMilliseconds) / 1_000;
    this.#random = random;
  }

  add(client: Client): void {
    const due = this.#ring.add(client, this.#random());
    if (this.#on && due < this.#wakesAt) this.#wakeAt(due);
  }

  remove(client: Client): void {
    this.#ring.remove(client);
    if (client.pingScheduledAt !== none) this.#window?.unanswered(client.pingScheduledAt, performance.now());
    client.pingScheduledAt = none;
    client.pingSentAt = none;
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
  report(open: ReadonlySet<Client>): FleetWindow | undefined {
    const window = this.#window;
    if (window === undefined) return undefined;
    this.#window = undefined;
    const now = performance.now();
    for (const client of open) {
      if (client.pingScheduledAt !== none) window.unanswered(client.pingScheduledAt, now);
    }
    return window.line(now, open.size, this.totals);
  }

  ponged(client: Client): void {
    // A pong that nobody asked for is allowed (RFC 6455, 5.5.3) and answers nothing.
    if (client.pingSentAt === none) return;
    this.totals.pongs += 1;
    this.#window?.ponged(client.pingScheduledAt, client.pingSentAt, performance.now());
    client.pingScheduledAt = none;
    client.pingSentAt = none;
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

  readonly #send = (client: Client, scheduledAt: number): void => {
    this.totals.scheduled += 1;
    // Chosen before anything is known of the socket: a message that has to wait is as likely to be timed as any other.
    if (client.pingScheduledAt === none && this.#random() * this.#ring.size < this.#pingsPerInterval) {
      client.pingScheduledAt = scheduledAt;
    }
    // The first message may still be leaving, a second one may wait behind it. Further ones would fill the memory of
    // this process; a ping that was due with one of them leaves with the next message, and counts from when it was due.
    if (client.socket.writableLength > this.#frameBytes) {
      this.totals.suppressed += 1;
      return;
    }
    const number = this.totals.sent % this.#frames.alone.length;
    const pings = client.pingScheduledAt !== none && client.pingSentAt === none;
    const frame = (pings ? this.#frames.withPing : this.#frames.alone)[number];
    if (frame === undefined) return;
    const now = performance.now();
    if (pings) client.pingSentAt = now;
    client.socket.write(frame);
    this.totals.sent += 1;
    this.#window?.sent(scheduledAt, now);
  };
}
