import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { createSysctls, needing, type TestSysctls, withWrites } from '../testing/sysctls.ts';
import type { Raise, Sysctl } from './mend.ts';
import type { Preflight } from './preflight.ts';
import { restore, tune } from './tune.ts';

const maps: Raise = { sysctl: 'vm.max_map_count', value: '2097152' };
const threads: Raise = { sysctl: 'kernel.threads-max', value: '65536' };
const ports: Raise = { sysctl: 'net.ipv4.ip_local_port_range', value: '1024 65535' };

let sysctls: TestSysctls;
beforeEach(() => {
  sysctls = createSysctls();
});
afterEach(() => sysctls.remove());

const get = (sysctl: Sysctl) => sysctls.get(sysctl);
function tuned(...results: Preflight[]) {
  const { stateFile, root } = sysctls;
  return tune({ results, stateFile, root, isRoot: true });
}
const putBack = () => restore(sysctls.stateFile, sysctls.root);

describe('sysctls', () => {
  test('are raised to the most that any plan needs, and put back as they were', () => {
    const { raised, warnings } = tuned(
      needing([maps, ports]),
      needing([
        { ...maps, value: '131072' },
        { ...ports, value: '32768 61000' },
      ]),
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(raised, [
      { sysctl: 'vm.max_map_count', from: '65530', to: '2097152' },
      { sysctl: 'net.ipv4.ip_local_port_range', from: '32768 60999', to: '1024 65535' },
    ]);
    assert.equal(get('vm.max_map_count'), '2097152');
    assert.equal(get('net.ipv4.ip_local_port_range'), '1024 65535');
    assert.equal(get('kernel.threads-max'), '30000');

    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.equal(get('net.ipv4.ip_local_port_range'), '32768 60999');
    assert.deepEqual(sysctls.stateFiles(), []);
    assert.deepEqual(putBack(), []);
  });

  test('are never lowered, and come back whatever they were', () => {
    const value = fc.integer({ min: 1, max: 4_000_000 });
    const range = fc.record({
      low: fc.integer({ min: 1_024, max: 40_000 }),
      high: fc.integer({ min: 40_001, max: 65_535 }),
    });
    fc.assert(
      fc.property(value, value, range, range, (old, wanted, oldRange, wantedRange) => {
        sysctls.set('vm.max_map_count', String(old));
        sysctls.set('net.ipv4.ip_local_port_range', `${oldRange.low}\t${oldRange.high}`);
        tuned(
          needing([
            { ...maps, value: String(wanted) },
            { ...ports, value: `${wantedRange.low} ${wantedRange.high}` },
          ]),
        );
        assert.equal(get('vm.max_map_count'), String(Math.max(old, wanted)));
        const [low, high] = get('net.ipv4.ip_local_port_range').split(/\s/).map(Number);
        assert.deepEqual(
          [low, high],
          [Math.min(oldRange.low, wantedRange.low), Math.max(oldRange.high, wantedRange.high)],
        );
        assert.deepEqual(putBack(), []);
        assert.equal(get('vm.max_map_count'), String(old));
        assert.deepEqual(get('net.ipv4.ip_local_port_range').split(/\s/).map(Number), [oldRange.low, oldRange.high]);
      }),
      { numRuns: 50 },
    );
  });

  test('that no plan is short of are left alone', () => {
    const enough = needing([maps]);
    tuned({ ...enough, ceilings: enough.ceilings.map((ceiling) => ({ ...ceiling, needed: 1 })) });
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('that somebody has raised since are left alone, and nothing is kept of them', () => {
    sysctls.set('vm.max_map_count', '4194304');
    assert.deepEqual(tuned(needing([maps])), { raised: [], warnings: [] });
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('of another machine are left alone, and those of its fleet, which is this one, are raised', () => {
    tuned(needing([maps], false), needing([ports], false, 'fleet'));
    assert.equal(get('vm.max_map_count'), '65530');
    assert.equal(get('net.ipv4.ip_local_port_range'), '1024 65535');
  });

  test('that this kernel does not have are left out', () => {
    const { raised, warnings } = tuned(needing([{ sysctl: 'net.netfilter.nf_conntrack_max', value: '8' }, maps]));
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      raised.map(({ sysctl }) => sysctl),
      ['vm.max_map_count'],
    );
    assert.throws(() => get('net.netfilter.nf_conntrack_max'));
  });

  test('are raised by advice, too', () => {
    sysctls.set('net.core.somaxconn', '128');
    const raise: Raise = { sysctl: 'net.core.somaxconn', value: '4096' };
    tuned({
      ...needing([]),
      advice: [{ host: 'server', sentence: 'it is 128', mend: 'sudo sysctl', mendIsCommand: true, raise }],
    });
    assert.equal(get('net.core.somaxconn'), '4096');
  });

  test('are not raised without root, which is said', () => {
    const { raised, warnings } = tune({
      results: [needing([maps, threads])],
      stateFile: sysctls.stateFile,
      root: sysctls.root,
      isRoot: false,
    });
    assert.deepEqual(raised, []);
    assert.match(
      warnings.join(),
      /^--tune raised nothing, because it takes root: .* vm.max_map_count, kernel.threads-max/,
    );
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('are not raised where what they were cannot be kept', () => {
    writeFileSync(dirname(sysctls.stateFile), 'a file in the place of the folder');
    const { raised, warnings } = tuned(needing([maps]));
    assert.deepEqual(raised, []);
    assert.match(warnings.join(), /^--tune raised nothing, because what was before could not be kept in .*tuned/);
    assert.equal(get('vm.max_map_count'), '65530');
  });
});

describe('what others do meanwhile', () => {
  test('a value that somebody else has set is left alone, and the others are put back', () => {
    tuned(needing([maps, threads]));
    sysctls.set('vm.max_map_count', '777777');
    const warnings = putBack();
    assert.deepEqual(warnings, [
      'vm.max_map_count is 777777, and was neither 65530 before the run nor 2097152 in it: it is left alone',
    ]);
    assert.equal(get('vm.max_map_count'), '777777');
    assert.equal(get('kernel.threads-max'), '30000');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('a value that somebody has put back already is not touched', () => {
    tuned(needing([maps]));
    sysctls.set('vm.max_map_count', '65530');
    withWrites(
      sysctls.root,
      () => assert.fail('written'),
      () => assert.deepEqual(putBack(), []),
    );
  });

  test('a kernel that makes another value of it gets the old one back, and it is said', () => {
    const { raised, warnings } = withWrites(
      sysctls.root,
      (_file, value) => (value === '65536' ? '65000' : value),
      () => tuned(needing([threads, maps])),
    );
    assert.deepEqual(
      raised.map(({ sysctl }) => sysctl),
      ['vm.max_map_count'],
    );
    assert.deepEqual(warnings, [
      'kernel.threads-max could not be raised from 30000 to 65536 (the kernel made it 65000)',
    ]);
    assert.equal(get('kernel.threads-max'), '30000');
    assert.deepEqual(putBack(), []);
  });

  test('what cannot be put back now is put back later, and nothing is raised before', () => {
    tuned(needing([maps, threads]));
    const failing = (file: string, value: string) => {
      if (file.endsWith('max_map_count')) throw new Error('read-only');
      return value;
    };
    const warnings = withWrites(sysctls.root, failing, () => putBack());
    assert.deepEqual(warnings, [
      'vm.max_map_count could not be put back to 65530 (read-only): run the suite once more as root',
    ]);
    assert.equal(get('kernel.threads-max'), '30000');
    const again = withWrites(sysctls.root, failing, () => tuned(needing([ports])));
    assert.deepEqual(again, { raised: [], warnings });
    assert.equal(get('net.ipv4.ip_local_port_range'), '32768\t60999');

    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
  });
});
