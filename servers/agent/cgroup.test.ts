import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { type CgroupSample, cgroupSampleSchema } from '../contract/agent.ts';
import { processGone } from '../testing/agent.ts';
import { cgroupMissing, createTestCgroup } from '../testing/cgroup.ts';
import { createCgroupReader, readCgroup } from './cgroup.ts';

const nothing = {
  memoryBytes: undefined,
  memoryMaxBytes: undefined,
  oomKills: undefined,
  pids: undefined,
  pidsMax: undefined,
};
const unlimited = '9223372036854771712\n';

/** Files below a directory `top`, where the process is in `top/a/b`. */
const cases: [title: string, version: 1 | 2, files: Record<string, string>, expected: Partial<CgroupSample>][] = [
  [
    'version 2 with limits of its own',
    2,
    {
      'a/b/memory.current': '50\n',
      'a/b/memory.max': '100\n',
      'a/b/memory.events': 'oom 1\noom_kill 2\n',
      'a/b/pids.current': '7\n',
      'a/b/pids.max': '9\n',
      'a/memory.current': '80\n',
      'a/memory.max': 'max\n',
      'a/memory.events': 'oom 5\noom_kill 6\n',
    },
    { memoryBytes: 50, memoryMaxBytes: 100, oomKills: 2, pids: 7, pidsMax: 9 },
  ],
  [
    'version 2 without limits',
    2,
    { 'a/b/memory.current': '50\n', 'a/b/memory.max': 'max\n', 'a/b/pids.current': '7\n', 'a/b/pids.max': 'max\n' },
    { memoryBytes: 50, pids: 7 },
  ],
  [
    'version 2 with lower limits above',
    2,
    {
      'a/b/memory.current': '50\n',
      'a/b/memory.max': '1000\n',
      'a/memory.current': '80\n',
      'a/memory.max': '100\n',
      'a/b/memory.events': 'oom_kill 0\n',
      'a/b/pids.current': '7\n',
      'a/b/pids.max': 'max\n',
      'a/pids.current': '70\n',
      'a/pids.max': '90\n',
    },
    { memoryBytes: 80, memoryMaxBytes: 100, oomKills: 0, pids: 70, pidsMax: 90 },
  ],
  [
    'version 2 with the same limit above, which covers other processes too',
    2,
    { 'a/b/memory.current': '50\n', 'a/b/memory.max': '100\n', 'a/memory.current': '80\n', 'a/memory.max': '100\n' },
    { memoryBytes: 80, memoryMaxBytes: 100 },
  ],
  [
    'version 1, where the lowest limit is the middle one',
    1,
    {
      'a/b/memory.usage_in_bytes': '50\n',
      'a/b/memory.limit_in_bytes': unlimited,
      'a/b/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
      'a/memory.usage_in_bytes': '80\n',
      'a/memory.limit_in_bytes': '100\n',
      'memory.usage_in_bytes': '90\n',
      'memory.limit_in_bytes': '200\n',
      'a/b/pids.current': '7\n',
      'a/b/pids.max': '9\n',
    },
    { memoryBytes: 80, memoryMaxBytes: 100, oomKills: 3, pids: 7, pidsMax: 9 },
  ],
  [
    'version 1 without limits',
    1,
    {
      'a/b/memory.usage_in_bytes': '50\n',
      'a/b/memory.limit_in_bytes': unlimited,
      'a/memory.limit_in_bytes': unlimited,
    },
    { memoryBytes: 50 },
  ],
  ['a kernel without the controllers', 2, { 'a/b/cgroup.procs': '1\n' }, {}],
];

describe('cgroups in files', () => {
  for (const [title, version, files, expected] of cases) {
    test(title, (t) => {
      const top = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
      t.after(() => rmSync(top, { recursive: true }));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(top, name)), { recursive: true });
        writeFileSync(join(top, name), text);
      }
      const place = { version, directory: join(top, 'a', 'b'), top };
      assert.deepEqual(readCgroup({ memory: place, pids: place }), { ...nothing, ...expected });
    });
  }

  test('without any hierarchy', () => assert.deepEqual(readCgroup({}), nothing));
});

describe('cgroups of a process', { skip: cgroupMissing }, () => {
  const limits = { memoryBytes: 256 << 20, pids: 77 };

  test('are followed when the process moves, and still read when it has ended', async () => {
    using cgroup = createTestCgroup(limits);
    await using sleeper = await startSleeper();
    const read = createCgroupReader(sleeper.pid);
    assert.notEqual(read().memoryMaxBytes, limits.memoryBytes);
    cgroup.add(sleeper.pid);
    const sample = read();
    assert.deepEqual(cgroupSampleSchema.parse(sample), sample);
    assert.equal(sample.memoryMaxBytes, limits.memoryBytes);
    assert.deepEqual([sample.oomKills, sample.pids, sample.pidsMax], [0, 1, 77]);
    await sleeper.end();
    const last = read();
    assert.equal(last.memoryMaxBytes, limits.memoryBytes);
    assert.deepEqual([last.oomKills, last.pids, last.pidsMax], [0, 0, 77]);
  });

  test('are not those that the kernel shows for a zombie', async () => {
    using cgroup = createTestCgroup(limits);
    await using sleeper = await startSleeper({ isWaitedFor: false });
    cgroup.add(sleeper.pid);
    const read = createCgroupReader(sleeper.pid);
    await sleeper.end();
    assert.equal(read().memoryMaxBytes, limits.memoryBytes);
  });
});

/** Starts a process that sleeps until it is ended. Without a parent that waits for it, it is a zombie from then on. */
async function startSleeper({ isWaitedFor = true } = {}) {
  // `exec` turns the shell into `sleep`, which waits for no child.
  const script = isWaitedFor ? 'echo $$; exec sleep 60' : 'sleep 60 & echo $!; exec sleep 60';
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const pid = Number(line);
  let ended: Promise<void> | undefined;
  const kill = async () => {
    const closed = once(child, 'close');
    process.kill(pid, 'SIGKILL');
    await (isWaitedFor ? closed : processGone(pid));
  };
  const end = () => {
    ended ??= kill();
    return ended;
  };
  return {
    pid,
    end,
    async [Symbol.asyncDispose]() {
      await end();
      child.kill('SIGKILL');
    },
  };
}
