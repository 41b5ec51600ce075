import { join } from 'node:path';
import {
  type FleetArrived,
  type FleetConnected,
  type FleetLine,
  type FleetSample,
  type FleetWindow,
  fleetEnvironment,
  fleetLineSchema,
  fleetNodeOptions,
} from '../clients/contract.ts';
import type { Config } from './config.ts';
import type { Host } from './host/host.ts';
import { LineProcess, nodeCommand } from './line-process.ts';
import { pinned } from './pinning.ts';
import { fleetProcesses, sourceAddresses } from './plan.ts';
import { shares } from './shares.ts';

const script = join(import.meta.dirname, '..', 'clients', 'main.ts');
const answerMilliseconds = 20_000;

export interface FleetOptions {
  config: Config;
  host: Host;
  ports: number[];
  /** The CA that clients verify the server against, PEM. */
  ca: string;
  /** The most clients it will be asked to have. */
  clients: number;
  /** Of the clients' phases and messages. */
  seed: number;
  onLine: (process: number, line: FleetLine) => void;
  signal: AbortSignal;
}

/** All fleet processes of a trial, spoken to as one. */
export class Fleet {
  readonly #processes: LineProcess<FleetLine>[];
  readonly #samples = new Map<number, FleetSample>();

  private constructor(processes: LineProcess<FleetLine>[]) {
    this.#processes = processes;
  }

  get processes(): number {
    return this.#processes.length;
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const { config, host, signal } = options;
    const number = fleetProcesses(options.clients, config.fleet.clientsPerProcess);
    const processes = Array.from({ length: number }, (_, index) => {
      const name = `fleet process ${index + 1} of ${number}`;
      const command = pinned(nodeCommand(script, ...fleetNodeOptions), config.pinning?.fleet);
      return new LineProcess({ name, command, environment: fleetEnvironment, schema: fleetLineSchema, signal });
    });
    const fleet = new Fleet(processes);
    try {
      const ready = processes.map((process, index) => {
        process.onLine((line) => {
          if (line.type === 'sample') fleet.#samples.set(index, line);
          options.onLine(index, line);
        });
        process.send({
          type: 'configure',
          index,
          seed: options.seed,
          host: host.address,
          ports: options.ports,
          serverName: host.serverName,
          ca: options.ca,
          cipher: config.cipher,
          localAddresses: sourceAddresses(index, number, host.address),
          messageBytes: config.messageBytes,
          intervalMilliseconds: config.intervalMilliseconds,
          pingsPerSecond: config.fleet.pingsPerSecond / number,
          maxHandshakesInFlight: Math.max(1, Math.floor(config.ramp.maxHandshakesInFlight / number)),
          connectTimeoutMilliseconds: config.ramp.connectTimeoutMilliseconds,
        });
        return process.next('ready line', answerMilliseconds, (line) => (line.type === 'ready' ? true : undefined));
      });
      await Promise.all(ready);
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Has `clients` clients in all; resolves when every attempt has ended, well or not. */
  connect(clients: number, perSecond: number, withinMilliseconds: number): Promise<FleetConnected[]> {
    const parts = shares(clients, this.#processes.length);
    return Promise.all(
      this.#processes.map((process, index) => {
        process.send({ type: 'connect', clients: parts[index], perSecond: perSecond / this.#processes.length });
        return process.next('report of its connections', withinMilliseconds, (line) =>
          line.type === 'connected' ? line : undefined,
        );
      }),
    );
  }

  send(on: boolean): void {
    for (const process of this.#processes) process.send({ type: 'send', on });
  }

  /** Starts a measured window. */
  measure(window: string): void {
    for (const process of this.#processes) process.send({ type: 'measure', window });
  }

  /** Ends the measured window. */
  report(): Promise<FleetWindow[]> {
    return Promise.all(
      this.#processes.map((process) => {
        process.send({ type: 'report' });
        return process.next('report of its window', answerMilliseconds, (line) =>
          line.type === 'window' ? line : undefined,
        );
      }),
    );
  }

  /** Has clients arrive at this rate in all; resolves when every arrival has ended, well or not. */
  arrive(perSecond: number, durationMilliseconds: number, withinMilliseconds: number): Promise<FleetArrived[]> {
    return Promise.all(
      this.#processes.map((process) => {
        process.send({ type: 'arrive', perSecond: perSecond / this.#processes.length, durationMilliseconds });
        return process.next('report of its arrivals', withinMilliseconds, (line) =>
          line.type === 'arrived' ? line : undefined,
        );
      }),
    );
  }

  /** Sum over the processes of what each said last. */
  total(field: 'open' | 'connecting' | 'sent' | 'scheduled' | 'suppressed'): number {
    return this.#samples.values().reduce((sum, sample) => sum + sample[field], 0);
  }

  /** Ends every process; none is left behind. */
  async stop(): Promise<void> {
    for (const process of this.#processes) process.send({ type: 'stop' });
    await Promise.all(this.#processes.map((process) => process.close()));
  }
}
