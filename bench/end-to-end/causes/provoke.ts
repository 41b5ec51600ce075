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

/** A small search of the real command line, whose harness is stopped meanwhile. */
export interface Running {
  /** The newest process of this kind; waits until there is one. */
  pid(kind: keyof typeof kinds): Promise<number>;
}

export interface Provocation {
  /** A contender, the phase, and the target in clients. The steps have a quarter, a half and all of them. */
  search: [contender: 'blocking' | 'async', phase: 'connected' | 'sending', clients: number];
  options?: string[];
  /** Harms the search at a moment of its record. The harness is stopped meanwhile, so that nothing comes in between. */
  harm?: readonly [at: Moment, harm: (running: Running) => Promise<unknown>];
  /** A program with its arguments that starts the command line. */
  startedBy?: string[];
  environment?: NodeJS.ProcessEnv;
}

/** Runs a search, harms it, and returns from its record why it stopped. Leaves no process and no file. */
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

/** The verdict of the only search of the only run in this folder. */
export async function stopOf(results: string): Promise<Verdict> {
  const [search, ...others] = ofType(await entriesOf(results), 'search');
  assert.ok(search !== undefined && others.length === 0, 'one search');
  return search.stop;
}

/** Asserts cause, detail and some numbers of a verdict. Shows the whole verdict when the cause is another one. */
export function assertStop(stop: Verdict, cause: Cause, detail: RegExp, numbers: Verdict['numbers'] = {}): void {
  assert.equal(stop.cause, cause, JSON.stringify(stop, null, 2));
  assert.match(stop.detail, detail);
  assert.deepEqual({ ...stop.numbers, ...numbers }, stop.numbers);
}

function commandOf({ search: [contender, phase, clients], options = [] }: Provocation, results: string): string[] {
  return [
    ...[join(root, 'bench', 'cli.ts'), 'compare', '--profile', 'smoke', '--results', results],
    ...['--contenders', contender, '--only', phase, '--clients', String(clients)],
    // No time limit: a test of the limit sets its own.
    ...['--limit-s', '600'],
    // With a bracket of 100 % the search tries no step between one that passed and the next.
    ...['--bracket', '1', ...options],
  ];
}

function runningOf(mark: string): Running {
  return {
    pid: (kind) => until(kind, () => markedProcesses(mark).findLast((one) => kinds[kind].test(one.command))?.pid),
  };
}

/** Whether the process is stopped; false when it has ended. */
function standsStill(pid: number | undefined): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The entries of the only run in this folder; none before it has begun. */
async function entriesOf(results: string): Promise<Entry[]> {
  const [name] = await readdir(results);
  return name === undefined ? [] : await readRecord(join(results, name)).catch(() => []);
}
