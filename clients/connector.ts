import { Client, type ClientContext } from './client.ts';
import type { FailureKind, FleetConfiguration, FleetConnected } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { Handshakes } from './handshakes.ts';
import { LatencyHistogram } from './latency.ts';
import { PacedAttempts } from './paced.ts';
import type { Routes } from './routes.ts';

type Settings = Pick<FleetConfiguration, 'maxHandshakesInFlight' | 'connectTimeoutMilliseconds'>;
/** Result of one `connect` command after all its attempts have ended. */
export type ConnectOutcome = Omit<FleetConnected, 'type' | 'open'>;

interface ConnectBatch {
  attempts: PacedAttempts;
  handshakes: Handshakes;
  connect: LatencyHistogram;
  /** In milliseconds by `performance.now()`, like every time here. */
  lastOpenedAt: number;
  /** Number of further failures after which the batch stops. */
  failuresLeft: number;
}

/**
 * Share of failed attempts at which a batch stops: further failures would teach nothing new, and each may last until
 * its timeout.
 */
const maxFailedShare = 0.01;

/** Opens clients at a steady pace. A failed attempt is counted and not retried. */
export class Connector {
  readonly #settings: Settings;
  readonly #context: ClientContext;
  readonly #routes: Routes;
  /**
   * Holds fewer attempts than are in flight: an attempt past its deadline has left it but is not yet counted as failed.
   */
  readonly #deadlines: Deadlines<Client>;
  #batch: ConnectBatch | undefined = undefined;

  /** @param context its `events` must forward to `opened` and `failed` of this connector. */
  constructor(settings: Settings, context: ClientContext, routes: Routes) {
    this.#settings = settings;
    this.#context = context;
    this.#routes = routes;
    this.#deadlines = new Deadlines(settings.connectTimeoutMilliseconds);
  }

  get connecting(): number {
    return this.#batch?.attempts.inFlight ?? 0;
  }

  get busy(): boolean {
    return this.#batch !== undefined;
  }

  /**
   * Makes `attempts` attempts; allowed once at a time. It stops early when 1 % of them have failed, but not before
   * `maxHandshakesInFlight` failures.
   */
  connect(attempts: number, perSecond: number): Promise<ConnectOutcome> {
    const { promise, resolve } = Promise.withResolvers<ConnectOutcome>();
    const pace = { attempts, perSecond, maxInFlight: this.#settings.maxHandshakesInFlight };
    const batch: ConnectBatch = {
      attempts: new PacedAttempts(pace, {
        begin: () => this.#deadlines.start(new Client(this.#context, this.#routes.next()), performance.now()),
        done: () => {
          this.#batch = undefined;
          resolve(outcomeOf(batch));
        },
      }),
      handshakes: new Handshakes(),
      connect: new LatencyHistogram(),
      lastOpenedAt: 0,
      failuresLeft: Math.max(this.#settings.maxHandshakesInFlight, Math.ceil(maxFailedShare * attempts)),
    };
    batch.lastOpenedAt = batch.attempts.startedAt;
    this.#batch = batch;
    batch.attempts.proceed();
    return promise;
  }

  opened(client: Client): void {
    this.#deadlines.clear(client);
    const batch = this.#batch;
    if (batch === undefined) return;
    const now = performance.now();
    batch.lastOpenedAt = now;
    batch.connect.record(now - client.startedAt);
    batch.handshakes.opened(client.socket);
    batch.attempts.ended();
  }

  failed(client: Client, kind: FailureKind): void {
    this.#deadlines.clear(client);
    const batch = this.#batch;
    if (batch === undefined) return;
    batch.handshakes.failed(kind);
    batch.failuresLeft -= 1;
    if (batch.failuresLeft === 0) batch.attempts.giveUp();
    batch.attempts.ended();
  }

  /** Aborts attempts past their deadline. Call it several times per connect timeout. */
  sweep(now: number): void {
    for (const client of this.#deadlines.missed(now)) client.abort('timeout');
  }

  /** Aborts all attempts and starts no more; the promise of `connect` then never resolves. */
  stop(): void {
    this.#batch?.attempts.stop();
    for (const client of this.#deadlines.keys()) client.socket.destroy();
  }
}

function outcomeOf({ attempts, handshakes, connect, lastOpenedAt }: ConnectBatch): ConnectOutcome {
  return {
    failures: handshakes.failures,
    durationMilliseconds: lastOpenedAt - attempts.startedAt,
    connectMicroseconds: connect.encode(),
    negotiated: handshakes.negotiated,
    resumed: handshakes.resumed,
  };
}
