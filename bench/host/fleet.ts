import {
  type FleetArrived,
  type FleetConnected,
  type FleetLine,
  type FleetSample,
  type FleetWindow,
  fleetLineSchema,
} from '../../clients/contract.ts';
import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';
import type { Config } from '../plan/config.ts';
import { pinned } from '../plan/pinning.ts';
import { fleetProcesses, sourceAddresses } from '../plan/plan.ts';
import { type ClockOffset, clockOffset, readClock } from './clock.ts';
import { type FleetPlace, placeOf } from './fleet-place.ts';
import type { Host } from './host.ts';
import { LineProcess } from './line-process.ts';
import { arrivalRates, rates, shares } from './shares.ts';

const answerMilliseconds = 20_000;
/** Readings of each clock: enough that at least one is not delayed by other traffic. */
const clockReadings = 8;

export interface FleetOptions {
  config: Config;
  host: Pick<Host, 'address' | 'serverName'>;
  /** The machines that it runs on; each runs the same number of its processes. */
  places: readonly FleetPlace[];
  ports: number[];
  /** The CA that clients verify the server against, PEM. */
  ca: string;
  /** The largest number of clients that it will be asked for. */
  clients: number;
  /** Seed of the clients' phases and messages. */
  seed: number;
  onLine: (process: number, line: FleetLine) => void;
  /** Called once per other machine, with the clock offset that its first process measured. */
  onClock: (clock: PlaceClock) => void;
  signal: AbortSignal;
}

/** How far the clock of another machine is ahead, and the process that read it. */
export interface PlaceClock extends ClockOffset {
  process: number;
  place: string;
}

/** All fleet processes of a trial, controlled as one. */
export class Fleet {
  readonly #processes: LineProcess<FleetLine>[];
  readonly #samples = new Map<number, FleetSample>();
  #clientsAsked: number | undefined = undefined;

  private constructor(processes: LineProcess<FleetLine>[]) {
    this.#processes = processes;
  }

  get processes(): number {
    return this.#processes.length;
  }

  /** The number of clients of the last `connect`; undefined before the first. */
  get clientsAsked(): number | undefined {
    return this.#clientsAsked;
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const { config, host, places } = options;
    const number = fleetProcesses(options.clients, config.fleet.clientsPerProcess, places.length);
    const pings = rates(config.fleet.pingsPerSecond, number);
    const handshakes = shares(config.ramp.maxHandshakesInFlight, number);
    const processes = Array.from({ length: number }, (_, index) => startProcess(options, index, number));
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
          pingsPerSecond: pings[index],
          // A process with no handshakes in flight could never connect.
          maxHandshakesInFlight: Math.max(1, handshakes[index] ?? 0),
          connectTimeoutMilliseconds: config.ramp.connectTimeoutMilliseconds,
        });
        return process.next('ready line', answerMilliseconds, (line) => (line.type === 'ready' ? true : undefined));
      });
      await Promise.all(ready);
      await fleet.#readClocks(options);
      return fleet;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  async #readClocks({ places, onClock }: Pick<FleetOptions, 'places' | 'onClock'>): Promise<void> {
    const asked = places.entries().map(async ([index, { name, isHere }]) => {
      const process = this.#processes[index];
      if (isHere || process === undefined) return;
      const readings = await readClock(clockReadings, () => {
        process.send({ type: 'clock' });
        // The time is taken in the line's listener, not after the await, which resumes later.
        return process.next('reading of its clock', answerMilliseconds, (line) =>
          line.type === 'clock' ? { read: line.monotonicMilliseconds, receivedAt: monotonicMilliseconds() } : undefined,
        );
      });
      const offset = clockOffset(readings);
      if (offset !== undefined) onClock({ process: index, place: name, ...offset });
    });
    await Promise.all(asked);
  }

  /** Brings the fleet to `clients` clients in all; resolves when every attempt has succeeded or failed. */
  connect(clients: number, perSecond: number, withinMilliseconds: number): Promise<FleetConnected[]> {
    this.#clientsAsked = clients;
    const parts = shares(clients, this.#processes.length);
    const paces = rates(perSecond, this.#processes.length);
    return Promise.all(
      this.#processes.map((process, index) => {
        process.send({ type: 'connect', clients: parts[index], perSecond: paces[index] });
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

  /**
   * Makes clients arrive at this rate in all; resolves when every arrival has succeeded or failed. With fewer arrivals
   * than processes, some processes take no part and give no answer.
   */
  arrive(perSecond: number, durationMilliseconds: number, withinMilliseconds: number): Promise<FleetArrived[]> {
    const parts = arrivalRates(perSecond, durationMilliseconds, this.#processes.length);
    return Promise.all(
      this.#processes.flatMap((process, index) => {
        const part = parts[index] ?? 0;
        if (part === 0) return [];
        process.send({ type: 'arrive', perSecond: part, durationMilliseconds });
        return process.next('report of its arrivals', withinMilliseconds, (line) =>
          line.type === 'arrived' ? line : undefined,
        );
      }),
    );
  }

  /** Sum over the processes' latest samples. */
  total(field: 'open' | 'connecting' | 'sent' | 'scheduled' | 'suppressed'): number {
    return this.#samples.values().reduce((sum, sample) => sum + sample[field], 0);
  }

  /** The highest recent p99 of all processes; undefined before the first pong. */
  correctedP99Milliseconds(): number | undefined {
    const known = [...this.#samples.values()].flatMap((sample) => sample.correctedP99Milliseconds ?? []);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  /** Ends every process and resolves when all have ended. */
  async stop(): Promise<void> {
    for (const process of this.#processes) process.send({ type: 'stop' });
    await Promise.all(this.#processes.map((process) => process.close()));
  }
}

function startProcess({ config, places, signal }: FleetOptions, index: number, number: number): LineProcess<FleetLine> {
  const { name, isHere, command, environment } = placeOf(places, index);
  return new LineProcess({
    name: `fleet process ${index + 1} of ${number}${isHere ? '' : ` on ${name}`}`,
    command: pinned(command, isHere ? config.pinning?.fleet : undefined),
    ...(environment !== undefined && { environment }),
    schema: fleetLineSchema,
    signal,
  });
}
