import { ArrivalResults } from './arrival-results.ts';
import { Client, type ClientContext, type ClientEvents, closeWithinMilliseconds } from './client.ts';
import {
  arrivalsWithin,
  type FailureKind,
  type FleetArrive,
  type FleetArrived,
  type FleetConfiguration,
} from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { buildMessageFrames, withPing } from './frames.ts';
import { countFailure, type Failures } from './handshakes.ts';
import { PacedAttempts } from './paced.ts';
import type { Routes } from './routes.ts';
import { notYet } from './unanswered.ts';
import { type CloseCodes, countCloseCode } from './window.ts';

/**
 * Beyond this number in flight, further arrivals wait, so that a stalled server cannot fill the memory and the
 * descriptors of this process. The wait is lateness and counts in the corrected latencies.
 */
const maxInFlight = 10_000;

type Settings = Pick<FleetConfiguration, 'index' | 'messageBytes' | 'connectTimeoutMilliseconds'>;

/** Counts since the start of the process. */
export interface Totals {
  failures: Failures;
  closeCodes: CloseCodes;
}

interface Arrival {
  readonly dueAt: number;
  readonly begunAt: number;
  /** Number of the ping that follows the message. */
  readonly ping: number;
  /** `notYet` until it happens; the same for `pongedAt`. */
  openedAt: number;
  pongedAt: number;
  /** First failure; undefined while the arrival can still succeed. */
  failure: FailureKind | undefined;
}

/**
 * The clients of one `arrive` command: each connects when it is due, sends one message, awaits its pong and closes.
 * Times are milliseconds by `performance.now()`.
 */
export class Arrivals implements ClientEvents {
  /** Arrivals in flight. */
  readonly #arrivals = new Map<Client, Arrival>();
  readonly #attempts: PacedAttempts;
  readonly #results: ArrivalResults;
  readonly #context: ClientContext;
  readonly #routes: Routes;
  readonly #totals: Totals;
  readonly #frames: Buffer[];
  /** Deadlines for the pong, counted from the start of the arrival. */
  readonly #pongDue: Deadlines<Client>;
  /** Deadlines of clients in the close handshake, no matter which side started it. */
  readonly #closing = new Deadlines<Client>(closeWithinMilliseconds);
  readonly #done = Promise.withResolvers<FleetArrived>();
  /** Resolves `stop`: called when the last arrival in flight is gone. */
  #stopped: (() => void) | undefined = undefined;

  constructor(
    command: FleetArrive,
    settings: Settings,
    context: Omit<ClientContext, 'events'>,
    routes: Routes,
    totals: Totals,
  ) {
    const { perSecond, durationMilliseconds } = command;
    this.#context = { ...context, events: this };
    this.#routes = routes;
    this.#totals = totals;
    this.#frames = buildMessageFrames(settings.index, settings.messageBytes);
    this.#pongDue = new Deadlines(settings.connectTimeoutMilliseconds);
    this.#results = new ArrivalResults();
    this.#attempts = new PacedAttempts(
      { attempts: arrivalsWithin(perSecond, durationMilliseconds), perSecond, maxInFlight },
      {
        begin: (dueAt) => this.#begin(dueAt),
        done: () =>
          this.#done.resolve(this.#results.line(this.#attempts.started, this.#attempts.startedAt, performance.now())),
      },
    );
  }

  /** Call once. Resolves when all arrivals have ended; never resolves after `stop`. */
  run(): Promise<FleetArrived> {
    this.#attempts.proceed();
    return this.#done.promise;
  }

  counts(): { open: number; connecting: number } {
    let open = 0;
    let connecting = 0;
    for (const [client, { openedAt }] of this.#arrivals) {
      if (client.isOpen) open += 1;
      if (openedAt === notYet) connecting += 1;
    }
    return { open, connecting };
  }

  /** Aborts clients past their deadline. Call it several times per connect timeout. */
  sweep(now: number): void {
    for (const client of [...this.#pongDue.missed(now), ...this.#closing.missed(now)]) {
      this.#fail(client, 'timeout');
      client.abort('timeout');
    }
  }

  /** Starts no further arrivals, closes open clients with code 1000, and resolves when all are gone. */
  async stop(): Promise<void> {
    this.#attempts.stop();
    if (this.#arrivals.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = resolve;
    for (const [client, { openedAt }] of this.#arrivals) {
      if (client.isOpen) this.#close(client);
      else if (openedAt === notYet) client.socket.destroy();
    }
    await promise;
  }

  opened(client: Client): void {
    const arrival = this.#arrivals.get(client);
    const message = this.#frames[(arrival?.ping ?? 0) % this.#frames.length];
    if (arrival === undefined || message === undefined) return;
    arrival.openedAt = performance.now();
    this.#results.opened(client.socket);
    client.socket.write(withPing(message, arrival.ping));
  }

  ponged(client: Client, ping: number): void {
    const arrival = this.#arrivals.get(client);
    // An unsolicited pong is allowed (RFC 6455, 5.5.3) and answers no ping.
    if (arrival?.ping !== ping) return;
    arrival.pongedAt = performance.now();
    this.#close(client);
  }

  lost(client: Client, code: number): void {
    countCloseCode(this.#totals.closeCodes, code);
    this.#fail(client, 'reset');
    this.#startClosing(client);
  }

  failed(client: Client, kind: FailureKind): void {
    this.#fail(client, kind);
    this.gone(client);
  }

  gone(client: Client): void {
    const arrival = this.#arrivals.get(client);
    if (arrival === undefined) return;
    this.#arrivals.delete(client);
    this.#pongDue.clear(client);
    this.#closing.clear(client);
    if (arrival.failure === undefined) this.#results.finished(arrival, performance.now());
    else {
      this.#results.failed(arrival.failure);
      countFailure(this.#totals.failures, arrival.failure);
    }
    this.#attempts.ended();
    if (this.#arrivals.size === 0) this.#stopped?.();
  }

  #begin(due: number): void {
    const client = new Client(this.#context, this.#routes.next());
    const begunAt = client.startedAt;
    // Never later than `begunAt`: floating-point sums may be off by a fraction.
    const dueAt = Math.min(due, begunAt);
    const ping = this.#attempts.started >>> 0;
    this.#arrivals.set(client, { dueAt, begunAt, ping, openedAt: notYet, pongedAt: notYet, failure: undefined });
    this.#pongDue.start(client, begunAt);
    this.#results.begun(dueAt, begunAt);
  }

  /** Keeps the first failure of an arrival. */
  #fail(client: Client, kind: FailureKind): void {
    const arrival = this.#arrivals.get(client);
    if (arrival !== undefined) arrival.failure ??= kind;
  }

  #close(client: Client): void {
    this.#startClosing(client);
    client.close(1000);
  }

  #startClosing(client: Client): void {
    this.#pongDue.clear(client);
    this.#closing.start(client, performance.now());
  }
}
