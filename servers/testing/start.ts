import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CertificateFiles, ensureCertificates } from '../../certs/issue.ts';
import type { CounterName, CounterValues } from '../contract/counters.ts';
import { parseJson } from '../contract/json.ts';
import { type CountersLine, type ReadyLine, type ServerLine, serverLineSchema } from '../contract/lines.ts';
import { hangMilliseconds } from './hang.ts';
import { programOf } from './servers.ts';

/** A real server process for a test, on a free port of 127.0.0.1, with certificates of its own. */
export interface TestServer {
  process: ChildProcess;
  pid: number;
  ready: ReadyLine;
  port: number;
  certificates: CertificateFiles;
  /** The CA's certificate, PEM. */
  ca: string;
  lines: ServerLine[];
  /** What came on stdout or stderr and is no line of the contract. */
  noise: string[];
  /** Resolves at the first line of counters that satisfies `condition`. */
  counters(condition?: (counters: CounterValues) => boolean): Promise<CountersLine>;
  /** Resolves when the count of `name` has grown to `value` or more. */
  counted(name: CounterName, value: number): Promise<CounterValues>;
  /** Resolves when the process has ended and all its lines have been read. */
  ended: Promise<unknown>;
  /** Ends the server by SIGTERM and resolves with its exit code; kills it when it hangs. */
  stop(): Promise<number | null>;
}

export function startTestServer(name: string, ...options: string[]): Promise<TestServer> {
  return startTestServerUnder([], name, ...options);
}

/**
 * Like `startTestServer`, with arguments for Node itself, such as a switch that takes a feature away from the server.
 */
export async function startTestServerUnder(
  nodeArguments: string[],
  name: string,
  ...options: string[]
): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  const certificates = await ensureCertificates(directory, []);
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...nodeArguments,
      programOf(name),
      ...['--cert', certificates.certificate, '--key', certificates.key, ...options],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lines: ServerLine[] = [];
  const noise: string[] = [];
  const listeners = new Set<(line: ServerLine) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = serverLineSchema.safeParse(parseJson(text));
    if (!line.success) noise.push(text);
    else {
      lines.push(line.data);
      for (const listener of listeners) listener(line.data);
    }
  });
  createInterface({ input: child.stderr }).on('line', (text) => noise.push(text));
  // Not at 'exit': the last lines come after it.
  const exited = once(child, 'close').finally(() => rm(directory, { recursive: true, force: true }));

  const next = <Line>(choose: (line: ServerLine) => Line | undefined) =>
    new Promise<Line>((resolve, reject) => {
      const listener = (line: ServerLine) => {
        const chosen = choose(line);
        if (chosen === undefined) return;
        listeners.delete(listener);
        resolve(chosen);
      };
      listeners.add(listener);
      exited.then(() => reject(new Error(`the ${name} server ended: ${noise.join('\n')}`)), reject);
    });

  const ready = await next((line) => (line.type === 'ready' ? line : undefined));
  const server: TestServer = {
    process: child,
    pid: ready.pid,
    ready,
    port: ready.ports[0] ?? 0,
    certificates,
    ca: await readFile(certificates.ca, 'utf8'),
    lines,
    noise,
    counters: (condition = () => true) =>
      next((line) => (line.type === 'counters' && condition(line.counters) ? line : undefined)),
    counted: async (counter, value) => (await server.counters((counters) => counters[counter] >= value)).counters,
    ended: exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), hangMilliseconds);
      await exited;
      clearTimeout(killer);
      return child.exitCode;
    },
  };
  return server;
}
