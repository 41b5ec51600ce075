import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import { describe, test } from 'node:test';
import { machineSampleSchema, processSampleSchema } from '../contract/agent.ts';
import {
  createMachineReader,
  createProcessReader,
  parseCpuTimes,
  parseCpuTotals,
  parseFields,
  parseOpenFilesLimit,
  parseTcpSockets,
  readMemory,
} from './proc.ts';

const status = `Name:\tnode
Umask:\t0022
State:\tS (sleeping)
Pid:\t1234
VmPeak:\t11756240 kB
VmSize:\t11756100 kB
VmHWM:\t   52092 kB
VmRSS:\t   51000 kB
VmSwap:\t       0 kB
Threads:\t11
SigQ:\t0/96211
Cpus_allowed_list:\t0-1
voluntary_ctxt_switches:\t24
nonvoluntary_ctxt_switches:\t7
`;

describe('fields of /proc/PID/status', () => {
  test('are numbers, in bytes where the kernel says kB', () => {
    const fields = parseFields(status);
    assert.equal(fields.get('VmRSS'), 51_000 * 1_024);
    assert.equal(fields.get('VmHWM'), 52_092 * 1_024);
    assert.equal(fields.get('VmSwap'), 0);
    assert.equal(fields.get('Threads'), 11);
    assert.equal(fields.get('voluntary_ctxt_switches'), 24);
    assert.equal(fields.get('nonvoluntary_ctxt_switches'), 7);
  });

  test('that are no single number, or missing, are absent', () => {
    const fields = parseFields(status);
    for (const name of ['Name', 'State', 'SigQ', 'Cpus_allowed_list', 'VmNothing']) {
      assert.equal(fields.get(name), undefined, name);
    }
    assert.equal(parseFields('').size, 0);
  });

  test('of smaps_rollup and meminfo are read alike', () => {
    const rollup =
      '55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:    49000 kB\nPss:   41234 kB\nPss_Anon:  100 kB\n';
    assert.equal(parseFields(rollup).get('Pss'), 41_234 * 1_024);
    assert.equal(parseFields('MemTotal:  8000000 kB\nHugePages_Total:       3\n').get('HugePages_Total'), 3);
  });
});

describe('CPU time of /proc/PID/stat', () => {
  const after = 'S 1 1234 1234 0 -1 4194304 9000 0 12 0 345 67 1 2 20 0 11 0 123456 12038246400 12750';
  for (const name of ['node', 'node main', 'a) S 9 9', '((', 'tmux: server (x) ', ')']) {
    test(`of a process called "${name}"`, () => {
      assert.deepEqual(parseCpuTimes(`1234 (${name}) ${after}\n`), {
        userMilliseconds: 3_450,
        systemMilliseconds: 670,
      });
    });
  }
});

describe('/proc/stat', () => {
  test('counts waiting for a disk as idle, and guests only once', () => {
    // user nice system idle iowait irq softirq steal guest guest_nice; user already holds guest.
    const text = 'cpu  100 1 50 800 40 2 3 4 90 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n';
    assert.deepEqual(parseCpuTotals(text), { idleTicks: 840, totalTicks: 1_000 });
  });
});

describe('/proc/net/sockstat', () => {
  const udp = 'UDP: inuse 99 mem 98';
  const table: [text: string, expected: ReturnType<typeof parseTcpSockets>][] = [
    [
      `sockets: used 200\nTCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1\n${udp}\n`,
      { inUse: 5, timeWait: 2, memoryPages: 1 },
    ],
    [`TCP: inuse 25007 orphan 3 tw 0 alloc 25010 mem 4096\n`, { inUse: 25_007, timeWait: 0, memoryPages: 4_096 }],
    [`${udp}\nTCP: inuse 5\n`, { inUse: 5, timeWait: 0, memoryPages: 0 }],
  ];
  for (const [text, expected] of table) {
    test(JSON.stringify(text), () => assert.deepEqual(parseTcpSockets(text), expected));
  }
});

describe('limit of open files', () => {
  const line = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax processes             96211                96211                processes \nMax open files            ${soft.padEnd(20)} 524288               files     \n`;
  test('is the soft one', () => assert.equal(parseOpenFilesLimit(line('1024')), 1_024));
  test('is absent when there is none', () => assert.equal(parseOpenFilesLimit(line('unlimited')), undefined));
  test('is absent when the kernel does not say', () => assert.equal(parseOpenFilesLimit(''), undefined));
});

describe('readers', () => {
  test('of a process see this one as it sees itself', () => {
    const sample = createProcessReader(process.pid)();
    assert.ok(sample !== undefined);
    assert.deepEqual(processSampleSchema.parse(sample), sample);
    const rss = process.memoryUsage.rss();
    assert.ok(sample.rssBytes > rss / 2 && sample.rssBytes < rss * 2, `${sample.rssBytes}, and by itself ${rss}`);
    assert.ok(sample.peakRssBytes >= sample.rssBytes);
    assert.ok(sample.virtualBytes > sample.rssBytes);
    assert.ok(sample.pssBytes !== undefined && sample.pssBytes > 0 && sample.pssBytes < 2 * sample.rssBytes);
    assert.ok(sample.threads > 1);
    assert.ok(sample.openDescriptors !== undefined && sample.openDescriptors >= 3);
    assert.ok(sample.openFilesLimit === undefined || sample.openFilesLimit > sample.openDescriptors);
    assert.ok(sample.voluntarySwitches !== undefined && sample.voluntarySwitches > 0);
    const own = process.cpuUsage();
    const seen = sample.cpuUserMilliseconds + sample.cpuSystemMilliseconds;
    assert.ok(seen > 0 && seen <= (own.user + own.system) / 1_000 + 20, 'to the tick of 10 ms of each of both');
  });

  test('of a process leave a slow reading out for a while, and keep the others', () => {
    const read = createProcessReader(process.pid);
    assert.ok(read()?.pssBytes !== undefined);
    const second = read();
    assert.equal(second?.pssBytes, undefined);
    assert.ok(second?.rssBytes !== undefined);
  });

  test('of a process that has ended give nothing', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const read = createProcessReader(child.pid ?? 0);
    assert.ok(read() !== undefined);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(read(), undefined);
  });

  test('of the machine give shares and sums that can be', () => {
    const read = createMachineReader();
    for (let round = 0; round < 2; round += 1) {
      const sample = read();
      assert.deepEqual(machineSampleSchema.parse(sample), sample);
      assert.ok(sample.cpuBusyShare >= 0 && sample.cpuBusyShare <= 1);
      assert.ok(sample.memoryAvailableBytes > 0 && sample.memoryAvailableBytes < sample.memoryTotalBytes);
    }
    assert.equal(readMemory().memoryTotalBytes, totalmem());
  });
});
