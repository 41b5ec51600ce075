import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { networkInterfaces, totalmem } from 'node:os';
import { describe, test } from 'node:test';
import { machineSampleSchema } from '../contract/agent.ts';
import { createMachineReader, parseCpuTotals, readMemory } from './machine.ts';

describe('/proc/stat', () => {
  test('counts waiting for a disk as idle, and guests only once', () => {
    // user nice system idle iowait irq softirq steal guest guest_nice; user already includes guest.
    const text = 'cpu  100 1 50 800 40 2 3 4 90 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n';
    assert.deepEqual(parseCpuTotals(text), { idleTicks: 840, totalTicks: 1_000 });
  });
});

describe('a reader of the machine', () => {
  test('returns plausible shares and sums', () => {
    const read = createMachineReader();
    for (let round = 0; round < 2; round += 1) {
      const sample = read();
      assert.deepEqual(machineSampleSchema.parse(sample), sample);
      assert.ok(sample.cpuBusyShare >= 0 && sample.cpuBusyShare <= 1);
      assert.ok(sample.memoryAvailableBytes > 0 && sample.memoryAvailableBytes < sample.memoryTotalBytes);
    }
    assert.equal(readMemory().memoryTotalBytes, totalmem());
  });

  test('returns exactly what this kernel counts', () => {
    const sample = createMachineReader()();
    const kernel = readFileSync('/proc/net/netstat', 'utf8') + readFileSync('/proc/vmstat', 'utf8');
    assert.equal(sample.listenOverflows !== undefined, kernel.includes(' ListenOverflows '));
    assert.equal(sample.tcpPrunes !== undefined, kernel.includes(' PruneCalled '));
    assert.equal(sample.oomKills !== undefined, kernel.includes('\noom_kill '));
    assert.equal(sample.swapInPages !== undefined, kernel.includes('\npswpin '));
    assert.equal(sample.swapOutPages !== undefined, kernel.includes('\npswpout '));
    for (const name of Object.keys(networkInterfaces())) {
      assert.equal(sample.interfaces[name] !== undefined, name !== 'lo', name);
    }
  });
});
