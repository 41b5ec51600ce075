import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import { describe, test } from 'node:test';
import { sayUp, startAgent, startCommand, type TestAgent } from '../testing/agent.ts';
import { cgroupMissing, createTestCgroup, type TestCgroup } from '../testing/cgroup.ts';

const limits = { memoryBytes: 96 << 20, pids: 500 };
const eat = 'const held = []; for (;;) held.push(Buffer.alloc(1 << 20, 1));';
const idle = 'setInterval(() => {}, 1_000_000);';
/** Takes all the memory there is on SIGUSR2. */
const hungry = `process.on('SIGUSR2', () => { ${eat} }); ${idle} ${sayUp}`;
/** Starts a child that does so on SIGUSR2, and ends when the child has ended. */
const parental = `process.on('SIGUSR2', () => {
    require('node:child_process').spawn(process.execPath, ['-e', '${eat}']).on('exit', () => process.exit(3));
  }); ${idle} ${sayUp}`;

/** Starts a server and moves it into the cgroup; resolves when a sample of the agent shows that. */
async function startInside(agent: TestAgent, cgroup: TestCgroup, script: string) {
  // Samples are so rare that the values of `end` cannot be those of a sample.
  agent.send(startCommand({ arguments: ['-e', script], sampleMilliseconds: 300 }));
  const { pid } = await agent.line('started');
  await agent.line('server');
  cgroup.add(pid);
  const sample = await agent.line('sample', (line) => line.cgroup.memoryMaxBytes === limits.memoryBytes);
  return { pid, before: sample };
}

describe('a lack of memory', { skip: cgroupMissing }, () => {
  test('is reported with the end of the server when the kernel kills the server', async () => {
    using cgroup = createTestCgroup(limits);
    await using agent = startAgent();
    const { pid, before } = await startInside(agent, cgroup, hungry);
    assert.equal(before.cgroup.pidsMax, limits.pids);
    assert.equal(before.cgroup.pids, before.process.threads);

    process.kill(pid, 'SIGUSR2');
    const end = await agent.line('end');
    assert.deepEqual([end.exitCode, end.signal], [null, 'SIGKILL']);
    assert.equal(end.cgroup.oomKills, (before.cgroup.oomKills ?? 0) + 1);
    assert.equal(end.cgroup.memoryMaxBytes, limits.memoryBytes);
    assert.ok((end.machine.oomKills ?? 0) > (before.machine.oomKills ?? 0));
    if (!canReadKernelLog()) return;
    const kill = new RegExp(`^Memory cgroup out of memory: Killed process ${pid} `);
    assert.ok(
      end.kernelLog.some((line) => kill.test(line)),
      end.kernelLog.join('\n'),
    );
  });

  test('is counted, but not reported as the end of the server, when the kernel kills another process', async () => {
    using cgroup = createTestCgroup(limits);
    await using agent = startAgent();
    const { pid, before } = await startInside(agent, cgroup, parental);
    process.kill(pid, 'SIGUSR2');
    const end = await agent.line('end');
    assert.deepEqual([end.exitCode, end.signal], [3, null]);
    assert.equal(end.cgroup.oomKills, (before.cgroup.oomKills ?? 0) + 1);
    assert.deepEqual(end.kernelLog, []);
  });
});

function canReadKernelLog(): boolean {
  try {
    accessSync('/dev/kmsg', constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
