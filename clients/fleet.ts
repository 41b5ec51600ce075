import type { Client, ClientEvents } from './client.ts';
import { Connector } from './connector.ts';
import type { FailureKind, FleetConfiguration, FleetConnected, FleetSample, FleetWindow } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { randomNumbers } from './random.ts';
import { Sender } from './sender.ts';
import { tlsOptions } from './tls.ts';
import { buildUpgrade } from './upgrade.ts';
import type { CloseCodes } from './window.ts';

/** A server that does not answer a close frame is left alone after this. */
const closeWithinMilliseconds = 2_000;
/** Attempts are looked through this often, and more often where they may only take a short time. */
const sweepEveryMilliseconds = 100;

type Counts = Pick<
  FleetSample,
  'open' | 'connecting' | 'failures' | 'closeCodes' | 'scheduled' | 'sent' | 'suppressed' | 'pongs'
>;

/** All clients of this process. */
export class Fleet implements ClientEvents {
  readonly #connector: Connector;
  readonly #sender: Sender;
  readonly #open = new Set<Client>();
  /** In the close handshake, whoever began it. */
  readonly #closing = new Deadlines<Client>(closeWithinMilliseconds);
  readonly #closeCodes: CloseCodes = {};
  readonly #sweep: NodeJS.Timeout;
  /** Called when the last closing client is gone. */
  #closed: (() => void) | undefined = undefined;

  /** @throws Error when TLS cannot be set up as configured. */
  constructor(configuration: FleetConfiguration) {
    this.#connector = new Connector(configuration, {
      tls: tlsOptions(configuration),
      upgrade: buildUpgrade(configuration.serverName),
      events: this,
    });
    this.#sender = new Sender(configuration, randomNumbers(configuration.seed, configuration.index));
    const every = Math.min(sweepEveryMilliseconds, configuration.connectTimeoutMilliseconds / 4);
    this.#sweep = setInterval(() => {
      const now = performance.now();
      this.#connector.sweep(now);
      for (const client of this.#closing.missed(now)) this.#abandon(client);
    }, every);
  }

  /** An earlier `connect` has not been answered yet. */
  get busy(): boolean {
    return this.#connector.busy || this.#closed !== undefined;
  }

  /** Opens or closes clients until there are `clients` of them, so far as the attempts succeed. */
  async connect(clients: number, perSecond: number): Promise<FleetConnected> {
    for (const client of this.#open) {
      if (this.#open.size <= clients) break;
      this.#close(client);
    }
    const outcome = await this.#connector.connect(clients - this.#open.size, perSecond);
    await this.#allClosed();
    return { type: 'connected', open: this.#open.size, ...outcome };
  }

  send(on: boolean): void {
    this.#sender.switch(on);
  }

  measure(window: string): void {
    this.#sender.measure(window);
  }

  /** Undefined when no window was begun. */
  report(): FleetWindow | undefined {
    return this.#sender.report(this.#open);
  }

  counts(): Counts {
    return {
      open: this.#open.size,
      connecting: this.#connector.connecting,
      failures: this.#connector.failures,
      closeCodes: this.#closeCodes,
      ...this.#sender.totals,
    };
  }

  /** Closes every client with 1000 and resolves when all are gone, at the latest when their servers had their time. */
  async stop(): Promise<void> {
    this.#sender.switch(false);
    this.#connector.stop();
    for (const client of this.#open) this.#close(client);
    await this.#allClosed();
    clearInterval(this.#sweep);
  }

  opened(client: Client): void {
    this.#open.add(client);
    this.#sender.add(client);
    this.#connector.opened(client);
  }

  failed(client: Client, kind: FailureKind): void {
    this.#connector.failed(client, kind);
  }

  ponged(client: Client, ping: number): void {
    this.#sender.ponged(client, ping);
  }

  lost(client: Client, code: number): void {
    this.#closeCodes[code] = (this.#closeCodes[code] ?? 0) + 1;
    this.#sender.lost(code);
    this.#leave(client);
  }

  gone(client: Client): void {
    this.#closing.clear(client);
    this.#settle();
  }

  #close(client: Client): void {
    this.#leave(client);
    client.close(1000);
  }

  #leave(client: Client): void {
    this.#open.delete(client);
    this.#sender.remove(client);
    this.#closing.start(client, performance.now());
  }

  #abandon(client: Client): void {
    client.socket.destroy();
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
