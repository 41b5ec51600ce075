import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ZodType } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import {
  type FleetCommand,
  type FleetConfiguration,
  type FleetLine,
  fleetLineSchema,
  fleetNodeOptions,
} from '../contract.ts';

type LineOf<Line extends { type: string }, Type extends Line['type']> = Extract<Line, { type: Type }>;

/** A real process for a test, that is told commands and answers in lines. */
export interface TestProcess<Command, Line extends { type: string }> {
  process: ChildProcess;
  lines: Line[];
  /** What came on stdout or stderr and is no line of the contract. */
  noise: string[];
  tell(command: Command): void;
  /** Resolves at the next line of this type that satisfies `condition`. */
  next<Type extends Line['type']>(
    type: Type,
    condition?: (line: LineOf<Line, Type>) => boolean,
  ): Promise<LineOf<Line, Type>>;
  /** Exit code and signal. */
  exited: Promise<[number | null, NodeJS.Signals | null]>;
  /** Tells it to stop and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export type TestFleet = TestProcess<FleetCommand, FleetLine>;

export const fleetMain = join(import.meta.dirname, '..', 'main.ts');

export const testConfiguration: Omit<FleetConfiguration, 'ports' | 'ca'> = {
  type: 'configure',
  index: 0,
  seed: 1,
  host: '127.0.0.1',
  serverName: 'localhost',
  cipher: 'TLS_AES_128_GCM_SHA256',
  localAddresses: [],
  messageBytes: 10_240,
  intervalMilliseconds: 100,
  pingsPerSecond: 100,
  maxHandshakesInFlight: 16,
  // No bound: a test that is about it sets its own.
  connectTimeoutMilliseconds: 300_000,
};

/** @param before a command line to run the process by, such as `prlimit`. */
export function startTestFleet(before: string[] = []): TestFleet {
  return startTestProcess([...before, process.execPath, ...fleetNodeOptions, fleetMain], fleetLineSchema);
}

export function startTestProcess<Command, Line extends { type: string }>(
  commandLine: string[],
  lineSchema: ZodType<Line>,
): TestProcess<Command, Line> {
  const [command = '', ...options] = commandLine;
  const child = spawn(command, options, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  const noise: string[] = [];
  const listeners = new Set<(line: Line) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = lineSchema.safeParse(parseJson(text));
    if (!line.success) noise.push(text);
    else {
      lines.push(line.data);
      for (const listener of listeners) listener(line.data);
    }
  });
  createInterface({ input: child.stderr }).on('line', (text) => noise.push(text));
  // Some tests write to a process that has already ended.
  child.stdin.on('error', () => {});
  const exited = once(child, 'close').then(([code, signal]): [number | null, NodeJS.Signals | null] => [code, signal]);

  return {
    process: child,
    lines,
    noise,
    exited,
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    next(type, condition = () => true) {
      return new Promise((resolve, reject) => {
        const listener = (line: Line) => {
          if (!isOf(line, type) || !condition(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
        void exited.then(() =>
          reject(new Error(`the process ended: ${noise.join('\n')} ${JSON.stringify(lines.at(-1))}`)),
        );
      });
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.stdin.write('{"type":"stop"}\n');
      const [code] = await exited;
      return code;
    },
  };
}

/** What a client has to know of a server. */
export interface Target {
  ready: { ports: number[] };
  ca: string;
}

/** A fleet that is ready to open clients of this server. */
export async function startFleetOf(server: Target, changes: Partial<FleetConfiguration> = {}): Promise<TestFleet> {
  const fleet = startTestFleet();
  const ready = fleet.next('ready');
  fleet.tell({ ...testConfiguration, ca: server.ca, ports: server.ready.ports, ...changes });
  await ready;
  return fleet;
}

/** Resolves when all attempts have ended. */
export async function open(fleet: TestFleet, clients: number) {
  const connected = fleet.next('connected');
  fleet.tell({ type: 'connect', clients, perSecond: 500 });
  return connected;
}

/** Resolves when all arrivals have ended. */
export async function arrive(fleet: TestFleet, perSecond: number, durationMilliseconds: number) {
  const arrived = fleet.next('arrived');
  fleet.tell({ type: 'arrive', perSecond, durationMilliseconds });
  return arrived;
}

/** Resolves with the time when every command before it has been obeyed. */
export async function clock(fleet: TestFleet): Promise<number> {
  const answer = fleet.next('clock');
  fleet.tell({ type: 'clock' });
  return (await answer).monotonicMilliseconds;
}

/** Begins a window, and resolves with the time when it has begun. */
export function measure(fleet: TestFleet, window: string): Promise<number> {
  fleet.tell({ type: 'measure', window });
  return clock(fleet);
}

/** Ends the window. */
export async function report(fleet: TestFleet) {
  const window = fleet.next('window');
  fleet.tell({ type: 'report' });
  return window;
}

function isOf<Line extends { type: string }, Type extends Line['type']>(
  line: Line,
  type: Type,
): line is LineOf<Line, Type> {
  return line.type === type;
}
