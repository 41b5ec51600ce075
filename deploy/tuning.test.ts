import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { build, stop } from 'esbuild';
import type { Raise } from '../bench/host/host.ts';
import { until } from '../bench/testing/processes.ts';
import { createSysctls, type TestSysctls } from '../bench/testing/sysctls.ts';
import { processesWith } from './testing/processes.ts';
import { type HoldOptions, holdTuning, restoreTuning } from './tuning.ts';

const maps: Raise = { setting: 'vm.max_map_count', value: '2097152' };
const restoreHint = 'run the restore';
const never = new AbortController().signal;

let folder: string;
let program: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-tuning-'));
  program = join(folder, 'tune-hold.mjs');
  const entryPoints = [join(import.meta.dirname, '..', 'bench', 'tune', 'hold.ts')];
  // One file, as on a machine that has nothing else of the suite.
  await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  await stop();
});
after(() => rm(folder, { recursive: true, force: true }));

let sysctls: TestSysctls;
beforeEach(() => {
  sysctls = createSysctls();
});
afterEach(() => sysctls.remove());

const now = () => sysctls.get('vm.max_map_count');
function hold(options: Partial<HoldOptions> = {}): ReturnType<typeof holdTuning> {
  return holdTuning({ command: command(), raises: [maps], signal: never, restoreHint, ...options });
}
function command(...more: string[]): [string, ...string[]] {
  return [process.execPath, program, sysctls.stateFile, '--root', sysctls.root, ...more];
}
/** A shell in the place of ssh, which has said what it wants to before it becomes, or does not become, the program. */
function shell(script: string): [string, ...string[]] {
  return ['sh', '-c', script, 'sh', ...command()];
}

describe('settings of another machine', () => {
  test('are raised, and put back when it is asked for, which is told', async () => {
    const held = await hold();
    assert.deepEqual(held.raised, [{ setting: 'vm.max_map_count', from: '65530', to: '2097152' }]);
    assert.deepEqual(held.warnings, []);
    assert.equal(now(), '2097152');
    assert.deepEqual(await held.restore(), []);
    assert.equal(now(), '65530');
    assert.deepEqual(await held.restore(), []);
    assert.equal(processesWith(sysctls.stateFile).size, 0);
  });

  test('are put back with what could not be told as a warning', async () => {
    const held = await hold();
    sysctls.set('vm.max_map_count', '777777');
    assert.match((await held.restore()).join(), /^vm.max_map_count is 777777, and was neither 65530 .* left alone$/);
  });

  test('are raised where a login has something to say first', async () => {
    const held = await hold({ command: shell('echo Welcome; echo "{}"; exec "$@"') });
    assert.equal(held.raised.length, 1);
    assert.deepEqual(await held.restore(), []);
  });

  const failures: [title: string, command: () => [string, ...string[]], warning: RegExp][] = [
    [
      'sudo asks for a password',
      () => shell('echo "sudo: a password is required" >&2; exit 1'),
      /^--tune raised nothing \(sudo: a password is required\): it takes sudo without a password there$/,
    ],
    [
      'there is no program',
      () => ['/nonexistent/ssh'],
      /^--tune raised nothing \(\/nonexistent\/ssh cannot be started/,
    ],
  ];
  for (const [title, failing, warning] of failures) {
    test(`are not raised where ${title}, and it is said`, async () => {
      const held = await hold({ command: failing() });
      assert.deepEqual(held.raised, []);
      assert.match(held.warnings.join('\n'), warning);
      assert.deepEqual(await held.restore(), []);
    });
  }

  test('that were left raised by a kill are told of, with what to do, and a restore puts them back', async () => {
    const held = await hold();
    for (const pid of processesWith(sysctls.stateFile).keys()) process.kill(pid, 'SIGKILL');
    assert.match((await held.restore()).join(), /^nobody has heard that all was put back \(.*\): run the restore$/);
    assert.equal(now(), '2097152');
    assert.deepEqual(await restoreTuning({ command: command('--restore'), signal: never }), []);
    assert.equal(now(), '65530');
  });

  test('do not stay raised when the run is interrupted meanwhile', async () => {
    const interruption = new AbortController();
    // It goes on to raise only after the interruption, as one does that is slow to start.
    const go = join(folder, 'go');
    const slow = shell(`until [ -e '${go}' ]; do sleep 0.01; done; exec "$@"`);
    const holding = hold({ command: slow, signal: interruption.signal });
    await until('a process', () => processesWith(sysctls.stateFile).size > 0);
    interruption.abort();
    await writeFile(go, '');
    const held = await holding;
    assert.deepEqual([held.raised, held.warnings], [[], []]);
    assert.equal(now(), '65530');
  });

  test('stay raised for the run when it is interrupted later, until it has them put back', async () => {
    const interruption = new AbortController();
    const held = await hold({ signal: interruption.signal });
    interruption.abort();
    assert.equal(now(), '2097152');
    assert.deepEqual(await held.restore(), []);
    assert.equal(now(), '65530');
  });

  test('that nobody can put back are told of', async () => {
    const command = shell('echo "sudo: a password is required" >&2; exit 1');
    assert.deepEqual(await restoreTuning({ command, signal: never }), [
      'what a run has raised was not put back (sudo: a password is required): it takes sudo without a password there',
    ]);
  });
});
