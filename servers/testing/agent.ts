import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentLine, type AgentStart, agentLineSchema } from '../contract/agent.ts';
import { hangMilliseconds } from './hang.ts';

type LineOf<Type extends AgentLine['type']> = Extract<AgentLine, { type: Type }>;

/** A real agent process for a test. Disposing of it ends it, and waits until its server is gone too. */
export interface TestAgent extends AsyncDisposable {
  process: ChildProcess;
  lines: AgentLine[];
  /** A command, or a text that is none. */
  send(command: unknown): void;
  /** Resolves with the first line of the type that satisfies `condition`, even when it has already come. */
  line<Type extends AgentLine['type']>(type: Type, condition?: (line: LineOf<Type>) => boolean): Promise<LineOf<Type>>;
  /** Resolves with its exit code when it has ended and all its lines have been read. */
  ended: Promise<number | null>;
}

export function startAgent(environment: NodeJS.ProcessEnv = process.env): TestAgent {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', 'agent', 'main.ts')],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: environment,
    },
  );
  return agentOf(child);
}

/** Wraps a process that prints the lines of an agent. */
export function agentOf(child: ChildProcessByStdio<Writable, Readable, null>): TestAgent {
  child.stdin.on('error', () => {});
  const lines: AgentLine[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(agentLineSchema.parse(JSON.parse(text)));
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then(() => child.exitCode);

  return {
    process: child,
    lines,
    send: (command) => child.stdin.write(`${typeof command === 'string' ? command : JSON.stringify(command)}\n`),
    line(type, condition = () => true) {
      const { promise, resolve, reject } = Promise.withResolvers<LineOf<typeof type>>();
      const look = () => {
        const found = lines.find((line) => isOf(line, type) && condition(line));
        if (found !== undefined && isOf(found, type)) resolve(found);
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`the agent ended before "${type}": ${JSON.stringify(lines)}`)), reject);
      return promise.finally(() => listeners.delete(look));
    },
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      for (const line of lines) {
        if (line.type !== 'started') continue;
        await processGone(line.pid).catch((error: unknown) => {
          process.kill(line.pid, 'SIGKILL');
          throw error;
        });
      }
    },
  };
}

/** Command that starts a test's server with frequent samples and without a guard, changed by `command`. */
export function startCommand(command: Partial<AgentStart>): AgentStart {
  return {
    type: 'start',
    command: process.execPath,
    arguments: [],
    environment: {},
    limits: {},
    sampleMilliseconds: 50,
    memoryGuardShare: 0,
    ...command,
  };
}

/** JavaScript that prints a line of the contract, which the agent passes through: the server is up. */
export const sayUp = `console.log('{"type":"stopped","reason":"up","cut":0}');`;

/** Resolves when there is no such process any more. */
export function processGone(pid: number): Promise<void> {
  return until(`the end of process ${pid}`, () => !isThere(pid));
}

/** Polls until `isSo` is true: the kernel gives no event for another process's child. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + hangMilliseconds; !isSo(); await sleep(10)) {
    if (performance.now() > end) throw new Error(`${what}: not within ${hangMilliseconds} ms`);
  }
}

/** A zombie counts as gone. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function isOf<Type extends AgentLine['type']>(line: AgentLine, type: Type): line is LineOf<Type> {
  return line.type === type;
}
