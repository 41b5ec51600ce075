import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { processSampleSchema } from '../contract/agent.ts';
import { createProcessReader, parseStat } from './process.ts';

describe('/proc/PID/stat', () => {
  const after = (state: string, flags: number) =>
    `${state} 1 1234 1234 0 -1 ${flags} 9000 0 12 0 345 67 1 2 20 0 11 0 123456 12038246400 12750`;
  for (const name of ['node', 'node main', 'a) S 9 9', '((', 'tmux: server (x) ', ')']) {
    test(`of a process called "${name}"`, () => {
      assert.deepEqual(parseStat(`1234 (${name}) ${after('S', 4_194_304)}\n`), {
        isExiting: false,
        userMilliseconds: 3_450,
        systemMilliseconds: 670,
      });
    });
  }

  test('shows an exiting process, before and while it is a zombie', () => {
    assert.equal(parseStat(`1234 (node) ${after('R', 4_194_304 + 4)}\n`).isExiting, true);
    assert.equal(parseStat(`1234 (node) ${after('Z', 4_228_364)}\n`).isExiting, true);
  });
});

describe('a reader of a process', () => {
  test('agrees with what this process reads about itself', () => {
    const sample = createProcessReader(process.pid)();
    assert.ok(sample !== undefined);
    assert.deepEqual(processSampleSchema.parse(sample), sample);
    const rss = process.memoryUsage.rss();
    assert.ok(sample.rssBytes > rss / 2 && sample.rssBytes < rss * 2, `${sample.rssBytes}, and in its own view ${rss}`);
    assert.ok(sample.peakRssBytes >= sample.rssBytes);
    assert.ok(sample.virtualBytes > sample.rssBytes);
    assert.ok(sample.pssBytes !== undefined && sample.pssBytes > 0 && sample.pssBytes < 2 * sample.rssBytes);
    assert.ok(sample.threads > 1);
    assert.ok(sample.openDescriptors !== undefined && sample.openDescriptors >= 3);
    assert.ok(sample.openFilesLimit === undefined || sample.openFilesLimit > sample.openDescriptors);
    assert.ok(sample.voluntarySwitches !== undefined && sample.voluntarySwitches > 0);
    const own = process.cpuUsage();
    const seen = sample.cpuUserMilliseconds + sample.cpuSystemMilliseconds;
    assert.ok(
      seen > 0 && seen <= (own.user + own.system) / 1_000 + 20,
      'equal up to a tick of 10 ms for each of the two',
    );
  });

  test('counts every memory mapping', async () => {
    // A sleeping process maps nothing meanwhile.
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child, 'spawn');
    try {
      const maps = readFileSync(`/proc/${child.pid}/maps`, 'utf8');
      assert.equal(createProcessReader(child.pid ?? 0)()?.memoryMaps, maps.trimEnd().split('\n').length);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('leaves out a slow reading for a while, and keeps the others', () => {
    const read = createProcessReader(process.pid);
    assert.ok(read()?.pssBytes !== undefined);
    const second = read();
    assert.equal(second?.pssBytes, undefined);
    assert.equal(second?.memoryMaps, undefined);
    assert.ok(second?.rssBytes !== undefined);
  });

  test('returns undefined for a process that has ended', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const read = createProcessReader(child.pid ?? 0);
    assert.ok(read() !== undefined);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(read(), undefined);
  });
});
