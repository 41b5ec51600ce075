import { Arrivals } from './arrivals.ts';
import { type Client, type ClientContext, type ClientEvents, closeWithinMilliseconds } from './client.ts';
import { Connector } from './connector.ts';
import type {
  FailureKind,
  FleetArrive,
  FleetArrived,
  FleetConfiguration,
  FleetConnected,
  FleetSample,
  FleetWindow,
} from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { largestWriteBytes } from './frames.ts';
import { countFailure, type Failures } from './handshakes.ts';
import { randomNumbers } from './random.ts';
import { Routes } from './routes.ts';
import { Sender } from './sender.ts';
import { tlsOptions } from './tls.ts';
import { buildUpgrade } from './upgrade.ts';
import { type CloseCodes, countCloseCode } from './window.ts';

/** Interval between checks for missed deadlines; shorter when the connect timeout is short. */
const sweepEveryMilliseconds = 100;

type Counts = Pick<
  FleetSample,
  | 'open'
  | 'connecting'
  | 'failures'
  | 'closeCodes'
  | 'scheduled'
  | 'sent'
  | 'suppressed'
  | 'pongs'
  | 'correctedP99Milliseconds'
>;

/** All clients of one fleet process. A fleet consists of one or more such processes. */
export class FleetProcess implements ClientEvents {
  readonly #configuration: FleetConfiguration;
  readonly #context: ClientContext;
  readonly #routes: Routes;
  readonly #connector: Connector;
  readonly #sender: Sender;
  readonly #open = new Set<Client>();
  /** Deadlines of clients in the close handshake, no matter which side started it. */
  readonly #closing = new Deadlines<Client>(closeWithinMilliseconds);
  readonly #failures: Failures = {};
  readonly #closeCodes: CloseCodes = {};
  readonly #sweep: NodeJS.Timeout;
  /** Number of clients whose close handshake the server did not complete in time. */
  #abandoned = 0;
  /** Resolves `connect` or `stop`: called when the last closing client is gone. */
  #closed: (() => void) | undefined = undefined;
  #arrivals: Arrivals | undefined = undefined;

  /** @throws Error when TLS cannot be set up as configured. */
  constructor(configuration: FleetConfiguration) {
    this.#configuration = configuration;
    const recordBytes = largestWriteBytes(configuration.messageBytes);
    this.#context = {
      tls: tlsOptions(configuration),
      upgrade: buildUpgrade(configuration.serverName),
      ...(recordBytes !== undefined && { recordBytes }),
      events: this,
    };
    this.#routes = new Routes(configuration);
    this.#connector = new Connector(configuration, this.#context, this.#routes);
    this.#sender = new Sender(configuration, randomNumbers(configuration.seed, configuration.index));
    const every = Math.min(sweepEveryMilliseconds, configuration.connectTimeoutMilliseconds / 4);
    this.#sweep = setInterval(() => {
      const now = performance.now();
      this.#connector.sweep(now);
      this.#arrivals?.sweep(now);
      for (const client of this.#closing.missed(now)) this.#abandon(client);
    }, every);
  }

  /** True while an earlier `connect` or `arrive` has not been answered. */
  get busy(): boolean {
    return this.#connector.busy || this.#closed !== undefined || this.#arrivals !== undefined;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Opens or closes clients until `clients` are open; failed attempts leave fewer. */
  async connect(clients: number, perSecond: number): Promise<FleetConnected> {
    for (const client of this.#open) {
      if (this.#open.size <= clients) break;
      this.#close(client);
    }
    const outcome = await this.#connector.connect(clients - this.#open.size, perSecond);
    await this.#allClosed();
    return { type: 'connected', open: this.#open.size, ...outcome };
  }

  /** Runs the arrivals of one command; allowed only while no clients are open. */
  async arrive(command: FleetArrive): Promise<FleetArrived> {
    const totals = { failures: this.#failures, closeCodes: this.#closeCodes };
    this.#arrivals = new Arrivals(command, this.#configuration, this.#context, this.#routes, totals);
    const arrived = await this.#arrivals.run();
    this.#arrivals = undefined;
    return arrived;
  }

  send(on: boolean): void {
    this.#sender.switch(on);
  }

  measure(window: string): void {
    this.#sender.measure(window);
  }

  /** Ends the window; undefined when `measure` has not started one. */
  report(): FleetWindow | undefined {
    return this.#sender.report(this.#open);
  }

  /** Counts since the start of the process, and the latency since the previous call. */
  counts(): Counts {
    const correctedP99Milliseconds = this.#sender.takeP99();
    const arrivals = this.#arrivals?.counts() ?? { open: 0, connecting: 0 };
    return {
      open: this.#open.size + arrivals.open,
      connecting: this.#connector.connecting + arrivals.connecting,
      failures: this.#failures,
      closeCodes: this.#closeCodes,
      ...this.#sender.totals,
      ...(correctedP99Milliseconds !== undefined && { correctedP99Milliseconds }),
    };
  }

  /** Totals of sent messages and lost sessions; valid after `stop`. */
  ended(): { sent: number; lost: number } {
    const lost = Object.values(this.#closeCodes).reduce((sum, number) => sum + number, this.#abandoned);
    return { sent: this.#sender.totals.sent, lost };
  }

  /** Closes every client with code 1000, and resolves when all are gone or their servers' time to answer has passed. */
  async stop(): Promise<void> {
    this.#sender.switch(false);
    this.#connector.stop();
    for (const client of this.#open) this.#close(client);
    await Promise.all([this.#allClosed(), this.#arrivals?.stop()]);
    clearInterval(this.#sweep);
  }

  opened(client: Client): void {
    this.#open.add(client);
    this.#sender.add(client);
    this.#connector.opened(client);
  }

  failed(client: Client, kind: FailureKind): void {
    countFailure(this.#failures, kind);
    this.#connector.failed(client, kind);
  }

  ponged(client: Client, ping: number): void {
    this.#sender.ponged(client, ping);
  }

  lost(client: Client, code: number): void {
    countCloseCode(this.#closeCodes, code);
    this.#sender.lost(code);
    this.#startClosing(client);
  }

  gone(client: Client): void {
    this.#closing.clear(client);
    this.#settle();
  }

  #close(client: Client): void {
    this.#startClosing(client);
    client.close(1000);
  }

  #startClosing(client: Client): void {
    this.#open.delete(client);
    this.#sender.remove(client);
    this.#closing.start(client, performance.now());
  }

  #abandon(client: Client): void {
    client.socket.destroy();
    this.#abandoned += 1;
    this.#settle();
  }

  #settle(): void {
    if (this.#closing.size > 0) return;
    this.#closed?.();
    this.#closed = undefined;
  }

  #allClosed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const earlier = this.#closed;
    this.#closed = () => {
      earlier?.();
      resolve();
    };
    this.#settle();
    return promise;
  }
}
