import { ArrivalResults } from './arrival-results.ts';
import { Client, type ClientEvents, type Common, closeWithinMilliseconds } from './client.ts';
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
import { none } from './unanswered.ts';
import { type CloseCodes, countCloseCode } from './window.ts';

/**
 * With more in flight than this, further arrivals wait: a server that stands still must not fill the memory and the
 * descriptors of this process. Their waiting is lateness, and counts in the corrected latencies.
 */
const mostInFlight = 10_000;

type Settings = Pick<FleetConfiguration, 'index' | 'messageBytes' | 'connectTimeoutMilliseconds'>;

/** Counted since the start of the process. */
export interface Totals {
  failures: Failures;
  closeCodes: CloseCodes;
}

interface Arrival {
  readonly dueAt: number;
  readonly begunAt: number;
  /** Of the ping behind its message. */
  readonly number: number;
  /** `none` until then. */
  openedAt: number;
  pongedAt: number;
  /** Why it cannot end well any more. */
  failure: FailureKind | undefined;
}

/**
 * The clients of one `arrive` command: each comes when it is due, sends one message, awaits its pong and leaves. All
 * times by `performance.now()`.
 */
export class Arrivals implements ClientEvents {
  /** Those under way. */
  readonly #arrivals = new Map<Client, Arrival>();
  readonly #attempts: PacedAttempts;
  readonly #results: ArrivalResults;
  readonly #common: Common;
  readonly #routes: Routes;
  readonly #totals: Totals;
  readonly #frames: Buffer[];
  /** From the beginning of an arrival to its pong. */
  readonly #pongDue: Deadlines<Client>;
  /** In the close handshake, whoever began it. */
  readonly #closing = new Deadlines<Client>(closeWithinMilliseconds);
  readonly #done = Promise.withResolvers<FleetArrived>();
  /** Called when the last one is gone that was under way when they were stopped. */
  #stopped: (() => void) | undefined = undefined;

  constructor(
    command: FleetArrive,
    settings: Settings,
    common: Omit<Common, 'events'>,
    routes: Routes,
    totals: Totals,
  ) {
    const { perSecond, durationMilliseconds } = command;
    this.#common = { ...common, events: this };
    this.#routes = routes;
    this.#totals = totals;
    this.#frames = buildMessageFrames(settings.index, settings.messageBytes);
    this.#pongDue = new Deadlines(settings.connectTimeoutMilliseconds);
    this.#results = new ArrivalResults();
    this.#attempts = new PacedAttempts(
      { attempts: arrivalsWithin(perSecond, durationMilliseconds), perSecond, maxInFlight: mostInFlight },
      {
        begin: (dueAt) => this.#begin(dueAt),
        done: () =>
          this.#done.resolve(this.#results.line(this.#attempts.started, this.#attempts.startedAt, performance.now())),
      },
    );
  }

  /** To be called once; resolves when all have ended, and never when they are stopped. */
  run(): Promise<FleetArrived> {
    this.#attempts.proceed();
    return this.#done.promise;
  }

  counts(): { open: number; connecting: number } {
    let open = 0;
    let connecting = 0;
    for (const [client, { openedAt }] of this.#arrivals) {
      if (client.isOpen) open += 1;
      if (openedAt === none) connecting += 1;
    }
    return { open, connecting };
  }

  /** Gives up those whose time is over. To be called a few times within the time a connection may take. */
  sweep(now: number): void {
    for (const client of [...this.#pongDue.missed(now), ...this.#closing.missed(now)]) {
      this.#fail(client, 'timeout');
      client.abort('timeout');
    }
  }

  /** Lets nobody in any more, closes what is open with 1000, and resolves when all are gone. */
  async stop(): Promise<void> {
    this.#attempts.stop();
    if (this.#arrivals.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = resolve;
    for (const [client, { openedAt }] of this.#arrivals) {
      if (client.isOpen) this.#close(client);
      else if (openedAt === none) client.socket.destroy();
    }
    await promise;
  }

  opened(client: Client): void {
    const arrival = this.#arrivals.get(client);
    const message = this.#frames[(arrival?.number ?? 0) % this.#frames.length];
    if (arrival === undefined || message === undefined) return;
    arrival.openedAt = performance.now();
    this.#results.opened(client.socket);
    client.socket.write(withPing(message, arrival.number));
  }

  ponged(client: Client, ping: number): void {
    const arrival = this.#arrivals.get(client);
    // A pong that nobody asked for is allowed (RFC 6455, 5.5.3) and answers nothing.
    if (arrival?.number !== ping) return;
    arrival.pongedAt = performance.now();
    this.#close(client);
  }

  lost(client: Client, code: number): void {
    countCloseCode(this.#totals.closeCodes, code);
    this.#fail(client, 'reset');
    this.#leave(client);
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
    const client = new Client(this.#common, this.#routes.next());
    const begunAt = client.startedAt;
    // Never later than begun: a sum of fractions may miss by a hair.
    const dueAt = Math.min(due, begunAt);
    const number = this.#attempts.started >>> 0;
    this.#arrivals.set(client, { dueAt, begunAt, number, openedAt: none, pongedAt: none, failure: undefined });
    this.#pongDue.start(client, begunAt);
    this.#results.begun(dueAt, begunAt);
  }

  /** The first reason is the one that counts. */
  #fail(client: Client, kind: FailureKind): void {
    const arrival = this.#arrivals.get(client);
    if (arrival !== undefined) arrival.failure ??= kind;
  }

  #close(client: Client): void {
    this.#leave(client);
    client.close(1000);
  }

  #leave(client: Client): void {
    this.#pongDue.clear(client);
    this.#closing.start(client, performance.now());
  }
}
