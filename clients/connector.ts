import { Client, type Common } from './client.ts';
import type { FailureKind, FleetConfiguration, FleetConnected } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { Handshakes } from './handshakes.ts';
import { LatencyHistogram } from './latency.ts';
import { PacedAttempts } from './paced.ts';
import type { Routes } from './routes.ts';

type Settings = Pick<FleetConfiguration, 'maxHandshakesInFlight' | 'connectTimeoutMilliseconds'>;
/** What is known of one `connect` command when all its attempts have ended. */
export type Outcome = Omit<FleetConnected, 'type' | 'open'>;

interface Round {
  attempts: PacedAttempts;
  handshakes: Handshakes;
  connect: LatencyHistogram;
  /** By `performance.now()`, as is every time here. */
  lastOpenedAt: number;
  /** Failures that are still borne. */
  failuresLeft: number;
}

/** Beyond this share of failed attempts nothing is learned from more of them, each of which may take its whole time. */
const failuresBorneShare = 0.01;

/** Opens clients at a steady pace. An attempt that fails is counted and not made again. */
export class Connector {
  readonly #settings: Settings;
  readonly #common: Common;
  readonly #routes: Routes;
  /** Fewer than are in flight: an attempt whose time is over still has to be counted as failed. */
  readonly #deadlines: Deadlines<Client>;
  #round: Round | undefined = undefined;

  /** @param common whose events must be passed on to `opened` and `failed`. */
  constructor(settings: Settings, common: Common, routes: Routes) {
    this.#settings = settings;
    this.#common = common;
    this.#routes = routes;
    this.#deadlines = new Deadlines(settings.connectTimeoutMilliseconds);
  }

  get connecting(): number {
    return this.#round?.attempts.inFlight ?? 0;
  }

  get busy(): boolean {
    return this.#round !== undefined;
  }

  /**
   * Makes `attempts` attempts; one call at a time. When 1 % of them have failed, and at least as many as may be under
   * way at once, no further ones are made.
   */
  connect(attempts: number, perSecond: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const pace = { attempts, perSecond, maxInFlight: this.#settings.maxHandshakesInFlight };
    const round: Round = {
      attempts: new PacedAttempts(pace, {
        begin: () => this.#deadlines.start(new Client(this.#common, this.#routes.next()), performance.now()),
        done: () => {
          this.#round = undefined;
          resolve(outcomeOf(round));
        },
      }),
      handshakes: new Handshakes(),
      connect: new LatencyHistogram(),
      lastOpenedAt: 0,
      failuresLeft: Math.max(this.#settings.maxHandshakesInFlight, Math.ceil(failuresBorneShare * attempts)),
    };
    round.lastOpenedAt = round.attempts.startedAt;
    this.#round = round;
    round.attempts.proceed();
    return promise;
  }

  opened(client: Client): void {
    this.#deadlines.clear(client);
    const round = this.#round;
    if (round === undefined) return;
    const now = performance.now();
    round.lastOpenedAt = now;
    round.connect.record(now - client.startedAt);
    round.handshakes.opened(client.socket);
    round.attempts.ended();
  }

  failed(client: Client, kind: FailureKind): void {
    this.#deadlines.clear(client);
    const round = this.#round;
    if (round === undefined) return;
    round.handshakes.failed(kind);
    round.failuresLeft -= 1;
    if (round.failuresLeft === 0) round.attempts.giveUp();
    round.attempts.ended();
  }

  /** Gives up the attempts whose time is over. To be called a few times within the time an attempt may take. */
  sweep(now: number): void {
    for (const client of this.#deadlines.missed(now)) client.abort('timeout');
  }

  /** Ends all attempts; none is made any more, and the round is never answered. */
  stop(): void {
    this.#round?.attempts.stop();
    for (const client of this.#deadlines.keys()) client.socket.destroy();
  }
}

function outcomeOf({ attempts, handshakes, connect, lastOpenedAt }: Round): Outcome {
  return {
    failures: handshakes.failures,
    durationMilliseconds: lastOpenedAt - attempts.startedAt,
    connectMicroseconds: connect.encode(),
    negotiated: handshakes.negotiated,
    resumed: handshakes.resumed,
  };
}
