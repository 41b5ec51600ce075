import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { machineSampleSchema } from '../contract/agent.ts';
import { createMachineReader, findThrottleFile, parseCpuTotals, parseThrottleBits, readMemory } from './machine.ts';

describe('/proc/stat', () => {
  test('counts waiting for a disk as idle, and guests only once', () => {
    // user nice system idle iowait irq softirq steal guest guest_nice; user already holds guest.
    const text = 'cpu  100 1 50 800 40 2 3 4 90 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n';
    assert.deepEqual(parseCpuTotals(text), { idleTicks: 840, totalTicks: 1_000 });
  });
});

describe('throttling of a Raspberry Pi', () => {
  const table: [text: string | undefined, expected: number | undefined][] = [
    ['0\n', 0],
    ['50005\n', 0x50005],
    ['80000\n', 0x80000],
    ['0xe0008\n', 0xe0008],
    ['', undefined],
    ['none\n', undefined],
    [undefined, undefined],
  ];
  for (const [text, expected] of table) {
    test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(parseThrottleBits(text), expected));
  }

  for (const soc of ['soc', 'soc@107c000000']) {
    test(`is found below ${soc}`, (t) => {
      const devices = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
      t.after(() => rmSync(devices, { recursive: true }));
      mkdirSync(join(devices, 'axi'));
      assert.equal(findThrottleFile(devices), undefined);
      const firmware = join(devices, soc, `${soc}:firmware`);
      mkdirSync(firmware, { recursive: true });
      assert.equal(findThrottleFile(devices), undefined);
      writeFileSync(join(firmware, 'get_throttled'), '50005\n');
      assert.equal(findThrottleFile(devices), join(firmware, 'get_throttled'));
    });
  }

  test('is absent where there are no such devices', () => {
    assert.equal(findThrottleFile('/no/such/folder'), undefined);
  });
});

describe('a reader of the machine', () => {
  test('gives shares and sums that can be', () => {
    const read = createMachineReader();
    for (let round = 0; round < 2; round += 1) {
      const sample = read();
      assert.deepEqual(machineSampleSchema.parse(sample), sample);
      assert.ok(sample.cpuBusyShare >= 0 && sample.cpuBusyShare <= 1);
      assert.ok(sample.memoryAvailableBytes > 0 && sample.memoryAvailableBytes < sample.memoryTotalBytes);
    }
    assert.equal(readMemory().memoryTotalBytes, totalmem());
  });

  test('knows what this kernel counts', () => {
    const sample = createMachineReader()();
    const kernel = readFileSync('/proc/net/netstat', 'utf8') + readFileSync('/proc/vmstat', 'utf8');
    assert.equal(sample.listenOverflows !== undefined, kernel.includes(' ListenOverflows '));
    assert.equal(sample.tcpPrunes !== undefined, kernel.includes(' PruneCalled '));
    assert.equal(sample.oomKills !== undefined, kernel.includes('\noom_kill '));
    for (const name of Object.keys(networkInterfaces())) {
      assert.equal(sample.interfaces[name] !== undefined, name !== 'lo', name);
    }
  });
});
