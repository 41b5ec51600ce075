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
import { type RaiseOptions, raiseSettings, restoreSettings } from './tuning.ts';

const maps: Raise = { setting: 'vm.max_map_count', value: '2097152' };
const restoreHint = 'run the restore';
const never = new AbortController().signal;

let folder: string;
let program: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-tuning-'));
  program = join(folder, 'tune-hold.mjs');
  const entryPoints = [join(import.meta.dirname, '..', 'bench', 'tune', 'hold.ts')];
  // Bundles one file, as for a machine without the suite's other files.
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
function raise(options: Partial<RaiseOptions> = {}): ReturnType<typeof raiseSettings> {
  return raiseSettings({ command: command(), raises: [maps], signal: never, restoreHint, ...options });
}
function command(...more: string[]): [string, ...string[]] {
  return [process.execPath, program, sysctls.stateFile, '--root', sysctls.root, ...more];
}
/** A shell that replaces ssh: `script` may print a greeting, and may run the program as "$@". */
function shell(script: string): [string, ...string[]] {
  return ['sh', '-c', script, 'sh', ...command()];
}

describe('settings of another machine', () => {
  test('are raised, and put back on request with a confirmation', async () => {
    const held = await raise();
    assert.deepEqual(held.raised, [{ setting: 'vm.max_map_count', from: '65530', to: '2097152' }]);
    assert.deepEqual(held.warnings, []);
    assert.equal(now(), '2097152');
    assert.deepEqual(await held.restore(), []);
    assert.equal(now(), '65530');
    assert.deepEqual(await held.restore(), []);
    assert.equal(processesWith(sysctls.stateFile).size, 0);
  });

  test('that another program has changed are left alone, with a warning', async () => {
    const held = await raise();
    sysctls.set('vm.max_map_count', '777777');
    assert.match((await held.restore()).join(), /^vm.max_map_count is 777777, and was neither 65530 .* left alone$/);
  });

  test('are raised where the login prints a greeting', async () => {
    const held = await raise({ command: shell('echo Welcome; echo "{}"; exec "$@"') });
    assert.equal(held.raised.length, 1);
    assert.deepEqual(await held.restore(), []);
  });

  const failures: [title: string, command: () => [string, ...string[]], warning: RegExp][] = [
    [
      'sudo asks for a password',
      () => shell('echo "sudo: a password is required" >&2; exit 1'),
      /^--tune raised nothing \(sudo: a password is required\): allow sudo without a password there$/,
    ],
    [
      'there is no program',
      () => ['/nonexistent/ssh'],
      /^--tune raised nothing \(\/nonexistent\/ssh cannot be started/,
    ],
  ];
  for (const [title, failing, warning] of failures) {
    test(`are not raised where ${title}, and a warning says why`, async () => {
      const held = await raise({ command: failing() });
      assert.deepEqual(held.raised, []);
      assert.match(held.warnings.join('\n'), warning);
      assert.deepEqual(await held.restore(), []);
    });
  }

  test('that a kill left raised give a warning with a remedy, and a restore puts them back', async () => {
    const held = await raise();
    for (const pid of processesWith(sysctls.stateFile).keys()) process.kill(pid, 'SIGKILL');
    assert.match(
      (await held.restore()).join(),
      /^it is unknown whether all settings were put back \(.*\): run the restore$/,
    );
    assert.equal(now(), '2097152');
    assert.deepEqual(await restoreSettings({ command: command('--restore'), signal: never }), []);
    assert.equal(now(), '65530');
  });

  test('do not stay raised when the run is interrupted meanwhile', async () => {
    const interruption = new AbortController();
    // The program starts to raise only after the interruption, like one on a slow machine.
    const go = join(folder, 'go');
    const slow = shell(`until [ -e '${go}' ]; do sleep 0.01; done; exec "$@"`);
    const raising = raise({ command: slow, signal: interruption.signal });
    await until('a process', () => processesWith(sysctls.stateFile).size > 0);
    interruption.abort();
    await writeFile(go, '');
    const held = await raising;
    assert.deepEqual([held.raised, held.warnings], [[], []]);
    assert.equal(now(), '65530');
  });

  test('stay raised after a later interruption, until the run puts them back', async () => {
    const interruption = new AbortController();
    const held = await raise({ signal: interruption.signal });
    interruption.abort();
    assert.equal(now(), '2097152');
    assert.deepEqual(await held.restore(), []);
    assert.equal(now(), '65530');
  });

  test('that cannot be restored without root give a warning', async () => {
    const command = shell('echo "sudo: a password is required" >&2; exit 1');
    assert.deepEqual(await restoreSettings({ command, signal: never }), [
      'settings that a run raised were not put back (sudo: a password is required): allow sudo without a password there',
    ]);
  });
});
