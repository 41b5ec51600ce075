import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseJson } from '../servers/contract/json.ts';
import {
  type FleetCommand,
  type FleetConfiguration,
  type FleetLine,
  fleetLineSchema,
  fleetNodeOptions,
} from './contract.ts';

type LineOf<Type extends FleetLine['type']> = Extract<FleetLine, { type: Type }>;

/** A real fleet process for a test. */
export interface TestFleet {
  process: ChildProcess;
  lines: FleetLine[];
  /** What came on stdout or stderr and is no line of the contract. */
  noise: string[];
  tell(command: FleetCommand): void;
  /** Resolves at the next line of this type that satisfies `condition`. */
  next<Type extends FleetLine['type']>(type: Type, condition?: (line: LineOf<Type>) => boolean): Promise<LineOf<Type>>;
  /** Exit code and signal. */
  exited: Promise<[number | null, NodeJS.Signals | null]>;
  /** Tells it to stop and resolves with its exit code; kills it when it does not end in five seconds. */
  stop(): Promise<number | null>;
}

export const fleetMain = join(import.meta.dirname, 'main.ts');

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
  connectTimeoutMilliseconds: 10_000,
};

/** @param before a command line to run the process by, such as `prlimit`. */
export function startTestFleet(before: string[] = []): TestFleet {
  const [command = '', ...options] = [...before, process.execPath, ...fleetNodeOptions, fleetMain];
  const child = spawn(command, options, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: FleetLine[] = [];
  const noise: string[] = [];
  const listeners = new Set<(line: FleetLine) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = fleetLineSchema.safeParse(parseJson(text));
    if (!line.success) noise.push(text);
    else {
      lines.push(line.data);
      for (const listener of listeners) listener(line.data);
    }
  });
  createInterface({ input: child.stderr }).on('line', (text) => noise.push(text));
  // The end of a command that nobody reads any more is what some tests are about.
  child.stdin.on('error', () => {});
  const exited = once(child, 'close').then(([code, signal]): [number | null, NodeJS.Signals | null] => [code, signal]);

  const fleet: TestFleet = {
    process: child,
    lines,
    noise,
    exited,
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    next(type, condition = () => true) {
      return new Promise((resolve, reject) => {
        const listener = (line: FleetLine) => {
          if (!isOf(line, type) || !condition(line)) return;
          listeners.delete(listener);
          resolve(line);
        };
        listeners.add(listener);
        void exited.then(() =>
          reject(new Error(`the fleet ended: ${noise.join('\n')} ${JSON.stringify(lines.at(-1))}`)),
        );
      });
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) fleet.tell({ type: 'stop' });
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const [code] = await exited;
      clearTimeout(killer);
      return code;
    },
  };
  return fleet;
}

/** What a fleet has to know of a server. */
interface Target {
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

/** Ends the window. */
export async function report(fleet: TestFleet) {
  const window = fleet.next('window');
  fleet.tell({ type: 'report' });
  return window;
}

function isOf<Type extends FleetLine['type']>(line: FleetLine, type: Type): line is LineOf<Type> {
  return line.type === type;
}
