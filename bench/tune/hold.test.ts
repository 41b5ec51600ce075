import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { nodeCommand } from '../host/line-process.ts';
import { createSysctls, type TestSysctls } from '../testing/sysctls.ts';
import { parseTuneLine } from './lines.ts';
import type { Setting } from './settings.ts';

const program = `${import.meta.dirname}/hold.ts`;
const request = `${JSON.stringify({ raises: [{ setting: 'vm.max_map_count', value: '2097152' }] })}\n`;

type Holder = ChildProcessByStdio<Writable, Readable, null>;

let sysctls: TestSysctls;
let governor: Setting;
beforeEach(() => {
  sysctls = createSysctls();
  governor = sysctls.addPolicy(0, 'ondemand', 'ondemand performance');
});
afterEach(() => sysctls.remove());

const now = () => [sysctls.get('vm.max_map_count'), sysctls.get(governor)];
const raised = ['2097152', 'performance'];
const before = ['65530', 'ondemand'];

function words(...more: string[]): [string, string[]] {
  const [node, ...script] = nodeCommand(program);
  return [node, [...script, sysctls.stateFile, '--root', sysctls.root, ...more]];
}

/** A tune-hold that has raised its settings, and its further lines. */
async function holding(): Promise<{ holder: Holder; lines: AsyncIterator<string> }> {
  const holder = spawn(...words(), { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
  holder.stdin.write(request);
  const { value } = await lines.next();
  assert.deepEqual(parseTuneLine(String(value)), {
    type: 'tuned',
    raised: [
      { setting: 'vm.max_map_count', from: '65530', to: '2097152' },
      { setting: governor, from: 'ondemand', to: 'performance' },
    ],
    warnings: [],
  });
  assert.deepEqual(now(), raised);
  return { holder, lines };
}

async function assertRestored({ holder, lines }: { holder: Holder; lines: AsyncIterator<string> }): Promise<void> {
  const exit = once(holder, 'exit');
  const { value } = await lines.next();
  assert.deepEqual(parseTuneLine(String(value)), { type: 'restored', warnings: [] });
  assert.deepEqual(await exit, [0, null]);
  assert.deepEqual(now(), before);
  assert.deepEqual(sysctls.stateFiles(), []);
}

describe('a raised setting', () => {
  test('is put back when stdin ends', async () => {
    const held = await holding();
    held.holder.stdin.end();
    await assertRestored(held);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`is put back at ${signal}`, async () => {
      const held = await holding();
      held.holder.kill(signal);
      await assertRestored(held);
    });
  }

  test('is put back when stdout is closed', async () => {
    const { holder } = await holding();
    holder.stdout.destroy();
    holder.stdin.end();
    assert.deepEqual(await once(holder, 'exit'), [0, null]);
    assert.deepEqual(now(), before);
  });

  test('stays raised when another process restores, and is put back by it after a kill', async () => {
    const { holder } = await holding();
    const early = spawnSync(...words('--restore'), { encoding: 'utf8' });
    assert.deepEqual(parseTuneLine(early.stdout), {
      type: 'restored',
      warnings: [`another run (process ${holder.pid}) still needs raised settings, and puts them back when it ends`],
    });
    assert.deepEqual(now(), raised);

    const exit = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exit;
    assert.deepEqual(now(), raised);
    const { stdout, status } = spawnSync(...words('--restore'), { encoding: 'utf8' });
    assert.deepEqual([parseTuneLine(stdout), status], [{ type: 'restored', warnings: [] }, 0]);
    assert.deepEqual(now(), before);
    assert.deepEqual(sysctls.stateFiles(), []);
  });
});

const noRequest = /^tune-hold: the first line of stdin is no \{"raises":.*\}: send one\n$/;
const refusals: [title: string, input: string, more: string[], reason: RegExp][] = [
  ['nothing', '', [], noRequest],
  ['no JSON', 'raise all\n', [], noRequest],
  ['a line without raises', '{}\n', [], noRequest],
  ['a file that is not a setting', request.replace('vm.max_map_count', 'kernel.core_pattern'), [], noRequest],
  ['a path', request.replace('vm.max_map_count', '../../etc/passwd'), [], noRequest],
  ['a value that is not a number', request.replace('2097152', 'all'), [], noRequest],
  ['half a line', request.slice(0, 40), [], noRequest],
  ['a misspelt option', request, ['--restor'], /^tune-hold: Unknown option '--restor'.*; usage: .*\n$/],
  ['two state files', request, ['other'], /^tune-hold: usage: .*\n$/],
];
for (const [title, input, more, reason] of refusals) {
  test(`${title} is refused with one line, and nothing changes`, () => {
    const { status, stdout, stderr } = spawnSync(...words(...more), { input, encoding: 'utf8' });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, reason);
    assert.deepEqual(now(), before);
    assert.deepEqual(sysctls.stateFiles(), []);
  });
}
