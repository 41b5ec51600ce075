import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { availableParallelism, totalmem } from 'node:os';
import { describe, test } from 'node:test';
import { startAgent, startCommand } from '../testing/agent.ts';
import { cgroupMissing, createTestCgroup } from '../testing/cgroup.ts';
import { parseAddressBits, parsePageBytes, parseThreads } from './limits.ts';

describe('bits of an address', () => {
  const table: [title: string, maps: string, expected: number][] = [
    [
      'x86-64',
      `00400000-00b5c000 r--p 00000000 fe:00 131090   /usr/bin/node
7f03642ae000-7f03642b0000 rw-p 00033000 fe:00 325835                     /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
7ffc4621b000-7ffc4623c000 rw-p 00000000 00:00 0                          [stack]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`,
      47,
    ],
    ['x86-64 to the last page', '7fffffffe000-7ffffffff000 rw-p 00000000 00:00 0 [stack]\n', 47],
    [
      'arm64 with three levels of pages',
      `5555d60000-5555d70000 r-xp 00000000 b3:02 1045   /usr/bin/node
7fb7e00000-7fb7e21000 rw-p 00000000 00:00 0 
7ffb3cd000-7ffb3ee000 rw-p 00000000 00:00 0                              [stack]
`,
      39,
    ],
    [
      'arm64 with four levels of pages',
      `aaaad6e40000-aaaad6e50000 r-xp 00000000 b3:02 1045   /usr/bin/node
ffff8a200000-ffff8a221000 rw-p 00000000 00:00 0 
ffffd4b5c000-ffffd4b7d000 rw-p 00000000 00:00 0                          [stack]
`,
      48,
    ],
    ['arm64 with pages of 16 KiB', '7fffd4b5c000-7fffd4b7d000 rw-p 00000000 00:00 0      [stack]\n', 47],
    ['nothing', '', 0],
  ];
  for (const [title, maps, expected] of table) test(title, () => assert.equal(parseAddressBits(maps), expected));
});

describe('page size', () => {
  const words = (...values: number[]) => Buffer.from(new BigUint64Array(values.map(BigInt)).buffer);
  // AT_SYSINFO_EHDR, AT_PAGESZ, AT_CLKTCK, AT_NULL.
  test('is found in /proc/PID/auxv', () => {
    assert.equal(parsePageBytes(words(33, 6, 17, 100, 6, 16_384, 0, 0)), 16_384);
  });
  test('is an error when it is missing', () => assert.throws(() => parsePageBytes(words(33, 6, 0, 0)), /page size/));
});

describe('threads of the machine', () => {
  test('are the second of two numbers', () => assert.equal(parseThreads('0.09 0.29 1.15 2/345 14723\n'), 345));
});

describe('limits of this machine', () => {
  const shell = (command: string) =>
    execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin; ${command}`], { encoding: 'utf8' }).trim();
  const number = (text: string) => (text === 'unlimited' ? undefined : Number(text));

  test('match what other programs read', async () => {
    await using agent = startAgent();
    agent.send({ type: 'inspect' });
    const { limits } = await agent.line('limits');
    assert.equal(limits.openFilesSoft, number(shell('ulimit -Sn')));
    assert.equal(limits.openFilesHard, number(shell('ulimit -Hn')));
    assert.equal(limits.processesHard, number(shell('prlimit --nproc --output HARD --noheadings')));
    assert.equal(limits.pageBytes, number(shell('getconf PAGESIZE')));
    assert.equal(limits.isRoot, shell('id -u') === '0');
    assert.equal(limits.cpuCores, availableParallelism());
    assert.equal(limits.memoryTotalBytes, totalmem());
    assert.ok(limits.threads > 10);
    assert.ok([39, 42, 47, 48].includes(limits.addressBits), `${limits.addressBits}`);
    const sysctls: [name: string, value: (number | undefined)[]][] = [
      ['fs.nr_open', [limits.nrOpen]],
      ['kernel.threads-max', [limits.threadsMax]],
      ['kernel.pid_max', [limits.pidMax]],
      ['vm.max_map_count', [limits.maxMapCount]],
      ['vm.overcommit_memory', [limits.overcommitMemory]],
      ['net.ipv4.ip_local_port_range', [limits.portLow, limits.portHigh]],
      ['net.core.somaxconn', [limits.somaxconn]],
      ['net.ipv4.tcp_max_syn_backlog', [limits.synBacklog]],
    ];
    for (const [name, value] of sysctls)
      assert.deepEqual(value, shell(`sysctl -n ${name}`).split(/\s+/).map(Number), name);
    assert.equal(limits.tcpMemoryMaxPages, Number(shell('sysctl -n net.ipv4.tcp_mem').split(/\s+/)[2]));
    const links = shell('grep -lE "^(up|unknown)$" /sys/class/net/*/operstate').split('\n');
    assert.deepEqual(
      limits.links.map(({ name }) => `/sys/class/net/${name}/operstate`),
      links.filter((path) => !path.includes('/lo/')),
    );
  });

  test('are reported for each request, before and while a server runs', async () => {
    await using agent = startAgent();
    const count = () => agent.lines.filter((line) => line.type === 'limits').length;
    agent.send({ type: 'inspect' });
    agent.send({ type: 'inspect' });
    await agent.line('limits', () => count() === 2);
    agent.send(startCommand({ command: 'sleep', arguments: ['60'] }));
    await agent.line('sample');
    agent.send({ type: 'inspect' });
    await agent.line('limits', () => count() === 3);
  });

  test('are those of the cgroup above when they are lower', { skip: cgroupMissing }, async () => {
    using above = createTestCgroup({ memoryBytes: 2 ** 30, pids: 300 });
    using below = above.below({ memoryBytes: 2 ** 31, pids: 200 });
    await using agent = startAgent();
    below.add(agent.process.pid ?? 0);
    agent.send({ type: 'inspect' });
    const { limits } = await agent.line('limits');
    assert.equal(limits.cgroupMemoryMaxBytes, 2 ** 30);
    assert.ok(limits.cgroupMemoryBytes !== undefined && limits.cgroupMemoryBytes < 2 ** 30);
    assert.equal(limits.cgroupPidsMax, 200);
    assert.equal(limits.cgroupPids, below.pidsInside());
  });
});
