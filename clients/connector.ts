import { Client, type Common, type Route } from './client.ts';
import type { FailureKind, FleetConfiguration, FleetConnected } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { LatencyHistogram } from './latency.ts';
import { nextStartMilliseconds, type Pace, startsDue } from './pacer.ts';

export type Failures = Partial<Record<FailureKind, number>>;
type Settings = Pick<
  FleetConfiguration,
  'host' | 'ports' | 'localAddresses' | 'maxHandshakesInFlight' | 'connectTimeoutMilliseconds'
>;
/** What is known of one `connect` command when all its attempts have ended. */
export type Outcome = Omit<FleetConnected, 'type' | 'open'>;

interface Round {
  pace: Pace;
  /** By `performance.now()`, as is every time here. */
  startedAt: number;
  lastOpenedAt: number;
  started: number;
  failures: Failures;
  connect: LatencyHistogram;
  negotiated: Record<string, number>;
  resumed: number;
  done: (outcome: Outcome) => void;
}

/** Opens clients at a steady pace. An attempt that fails is counted and not made again. */
export class Connector {
  /** Since the start of the process. */
  readonly failures: Failures = {};
  readonly #settings: Settings;
  readonly #common: Common;
  readonly #attempts: Deadlines<Client>;
  /** More than have a deadline: an attempt whose time is over still has to be counted as failed. */
  #inFlight = 0;
  /** Attempts ever made: ports and source addresses are taken in turn. */
  #made = 0;
  #round: Round | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;

  /** @param common whose events must be passed on to `opened` and `failed`. */
  constructor(settings: Settings, common: Common) {
    this.#settings = settings;
    this.#common = common;
    this.#attempts = new Deadlines(settings.connectTimeoutMilliseconds);
  }

  get connecting(): number {
    return this.#inFlight;
  }

  get busy(): boolean {
    return this.#round !== undefined;
  }

  /** Makes `attempts` attempts; one call at a time. */
  connect(attempts: number, perSecond: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const now = performance.now();
    this.#round = {
      pace: { attempts, perSecond, maxInFlight: this.#settings.maxHandshakesInFlight },
      startedAt: now,
      lastOpenedAt: now,
      started: 0,
      failures: {},
      connect: new LatencyHistogram(),
      negotiated: {},
      resumed: 0,
      done: resolve,
    };
    this.#proceed();
    return promise;
  }

  opened(client: Client): void {
    this.#inFlight -= 1;
    this.#attempts.clear(client);
    const round = this.#round;
    if (round === undefined) return;
    const now = performance.now();
    round.lastOpenedAt = now;
    round.connect.record(now - client.startedAt);
    const { name } = client.socket.getCipher();
    const negotiated = `${client.socket.getProtocol()} ${name}`;
    round.negotiated[negotiated] = (round.negotiated[negotiated] ?? 0) + 1;
    if (client.socket.isSessionReused()) round.resumed += 1;
    this.#proceed();
  }

  failed(client: Client, kind: FailureKind): void {
    this.#inFlight -= 1;
    this.#attempts.clear(client);
    count(this.failures, kind);
    if (this.#round === undefined) return;
    count(this.#round.failures, kind);
    this.#proceed();
  }

  /** Gives up the attempts whose time is over. To be called a few times within the time an attempt may take. */
  sweep(now: number): void {
    for (const client of this.#attempts.missed(now)) client.abort('timeout');
  }

  /** Ends all attempts; none is made any more, and the round is never answered. */
  stop(): void {
    this.#round = undefined;
    clearTimeout(this.#timer);
    for (const client of this.#attempts.keys()) client.socket.destroy();
  }

  readonly #proceed = (): void => {
    const round = this.#round;
    if (round === undefined) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const starts = startsDue(round.pace, now - round.startedAt, round.started, this.#inFlight);
    for (let left = starts; left > 0; left -= 1) {
      round.started += 1;
      this.#inFlight += 1;
      this.#attempts.start(new Client(this.#common, this.#nextRoute()), now);
    }
    const next = nextStartMilliseconds(round.pace, round.started);
    if (next !== undefined) {
      // Held back by the bound on handshakes, the end of one of them leads here again.
      if (this.#inFlight >= round.pace.maxInFlight) return;
      this.#timer = setTimeout(this.#proceed, Math.max(1, round.startedAt + next - performance.now()));
    } else if (this.#inFlight === 0) {
      this.#round = undefined;
      round.done({
        failures: round.failures,
        durationMilliseconds: round.lastOpenedAt - round.startedAt,
        connectMicroseconds: round.connect.encode(),
        negotiated: round.negotiated,
        resumed: round.resumed,
      });
    }
  };

  #nextRoute(): Route {
    const { host, ports, localAddresses } = this.#settings;
    const port = ports[this.#made % ports.length] ?? 0;
    // An address is kept until every port had its turn: else two lists of one length would meet in the same pairs only.
    const localAddress = localAddresses[Math.floor(this.#made / ports.length) % localAddresses.length];
    this.#made += 1;
    return localAddress === undefined ? { host, port } : { host, port, localAddress };
  }
}

function count(failures: Failures, kind: FailureKind): void {
  failures[kind] = (failures[kind] ?? 0) + 1;
}
