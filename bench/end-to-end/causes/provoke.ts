import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Cause } from '../../record/causes.ts';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import type { Entry } from '../../record/record.ts';
import type { Verdict } from '../../record/verdict.ts';
import { markedProcesses, markVariable, until } from '../../testing/processes.ts';
import { type Moment, pausing } from './pause.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const kinds = { server: /\/server\.js /, fleet: /clients\/main\.ts$/ };

/** A small search by the real command line, whose harness stands still. */
export interface Running {
  /** The process of a kind that it has started last; waits until there is one. */
  pid(kind: keyof typeof kinds): Promise<number>;
}

export interface Provocation {
  /** A contender, what its clients do, and how many are asked for: steps are a quarter of them, a half and all. */
  search: [contender: 'blocking' | 'async', phase: 'connected' | 'sending', clients: number];
  options?: string[];
  /** What is done while it runs, and when: the harness stands still meanwhile, so that nothing comes in between. */
  harm?: readonly [at: Moment, harm: (running: Running) => Promise<unknown>];
  /** A program, and its words, that starts the command line. */
  startedBy?: string[];
  environment?: NodeJS.ProcessEnv;
}

/** Runs a search, harms it, and returns why it stopped, by its record. Nothing is left behind. */
export async function provoke(provocation: Provocation): Promise<Verdict> {
  const { harm: [moment, harm] = [], startedBy = [], environment = {} } = provocation;
  const pause = moment && pausing(moment);
  const nodeOptions = [environment.NODE_OPTIONS, pause?.nodeOption].filter((option) => option !== undefined);
  const mark = randomUUID();
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-provoked-'));
  const [program = '', ...words] = [...startedBy, process.execPath, ...commandOf(provocation, results)];
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...environment,
      ...pause?.environment,
      ...(nodeOptions.length > 0 && { NODE_OPTIONS: nodeOptions.join(' ') }),
      [markVariable]: mark,
    },
  });
  const buildFolder = join(root, '.build', String(child.pid));
  const stderr: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const ended = once(child, 'close');
  try {
    const tooEarly = () => assert.fail(`it ended before it was harmed:\n${stderr.join('\n')}`);
    if (harm !== undefined) {
      await Promise.race([until('the moment to harm it', () => standsStill(child.pid)), ended.then(tooEarly)]);
      await harm(runningOf(mark));
      child.kill('SIGCONT');
    }
    await ended;
    assert.equal(child.exitCode, 0, stderr.join('\n'));
    assert.deepEqual(markedProcesses(mark), []);
    assert.ok(!existsSync(buildFolder));
    return await stopOf(results);
  } finally {
    for (const { pid } of markedProcesses(mark)) process.kill(pid, 'SIGKILL');
    await ended;
    await rm(results, { recursive: true, force: true });
    await rm(buildFolder, { recursive: true, force: true });
  }
}

/** The only search there. */
export async function stopOf(results: string): Promise<Verdict> {
  const [search, ...others] = ofType(await entriesOf(results), 'search');
  assert.ok(search !== undefined && others.length === 0, 'one search');
  return search.stop;
}

/** The whole verdict is shown when it is another one. @param numbers some of those it must rest on. */
export function assertStop(stop: Verdict, cause: Cause, detail: RegExp, numbers: Verdict['numbers'] = {}): void {
  assert.equal(stop.cause, cause, JSON.stringify(stop, null, 2));
  assert.match(stop.detail, detail);
  assert.deepEqual({ ...stop.numbers, ...numbers }, stop.numbers);
}

function commandOf({ search: [contender, phase, clients], options = [] }: Provocation, results: string): string[] {
  return [
    ...[join(root, 'bench', 'cli.ts'), 'compare', '--profile', 'smoke', '--results', results],
    ...['--contenders', contender, '--only', phase, '--clients', String(clients)],
    // No bound: a test that is about it sets its own.
    ...['--limit-s', '600'],
    // With a bracket of 100 % no step is tried between one that was passed and the next.
    ...['--bracket', '1', ...options],
  ];
}

function runningOf(mark: string): Running {
  return {
    pid: (kind) => until(kind, () => markedProcesses(mark).findLast((one) => kinds[kind].test(one.command))?.pid),
  };
}

function standsStill(pid: number | undefined): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** Of the one run there; none before it has begun. */
async function entriesOf(results: string): Promise<Entry[]> {
  const [name] = await readdir(results);
  return name === undefined ? [] : await readRecord(join(results, name)).catch(() => []);
}
