import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { createSysctls, type TestSysctls, withWrites } from '../testing/sysctls.ts';
import { governorRaises, type Raise, type Setting } from './settings.ts';
import { restore, tune } from './tune.ts';

const maps: Raise = { setting: 'vm.max_map_count', value: '2097152' };
const threads: Raise = { setting: 'kernel.threads-max', value: '65536' };
const ports: Raise = { setting: 'net.ipv4.ip_local_port_range', value: '1024 65535' };

let sysctls: TestSysctls;
beforeEach(() => {
  sysctls = createSysctls();
});
afterEach(() => sysctls.remove());

const get = (setting: Setting) => sysctls.get(setting);
function tuned(...raises: Raise[]) {
  const { stateFile, root } = sysctls;
  return tune({ raises, stateFile, root, isRoot: true });
}
const putBack = () => restore(sysctls.stateFile, sysctls.root);

describe('sysctls', () => {
  test('are raised to the most that any plan needs, and put back as they were', () => {
    const { raised, warnings } = tuned(maps, ports, { ...maps, value: '131072' }, { ...ports, value: '32768 61000' });
    assert.deepEqual(warnings, []);
    assert.deepEqual(raised, [
      { setting: 'vm.max_map_count', from: '65530', to: '2097152' },
      { setting: 'net.ipv4.ip_local_port_range', from: '32768 60999', to: '1024 65535' },
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

  test('are never lowered, and come back to any value', () => {
    const value = fc.integer({ min: 1, max: 4_000_000 });
    const range = fc.record({
      low: fc.integer({ min: 1_024, max: 40_000 }),
      high: fc.integer({ min: 40_001, max: 65_535 }),
    });
    fc.assert(
      fc.property(value, value, range, range, (old, wanted, oldRange, wantedRange) => {
        sysctls.set('vm.max_map_count', String(old));
        sysctls.set('net.ipv4.ip_local_port_range', `${oldRange.low}\t${oldRange.high}`);
        tuned({ ...maps, value: String(wanted) }, { ...ports, value: `${wantedRange.low} ${wantedRange.high}` });
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

  test('that are high enough already are left alone, and no claim stays', () => {
    sysctls.set('vm.max_map_count', '4194304');
    assert.deepEqual(tuned(maps), { raised: [], warnings: [] });
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('that this kernel lacks are left out', () => {
    const { raised, warnings } = tuned({ setting: 'net.netfilter.nf_conntrack_max', value: '8' }, maps);
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      raised.map(({ setting }) => setting),
      ['vm.max_map_count'],
    );
    assert.throws(() => get('net.netfilter.nf_conntrack_max'));
  });

  test('with three numbers are raised number by number, and none is lowered', () => {
    const rows: [old: string, wanted: string, now: string][] = [
      ['94000\t125000\t188000', '131072 174763 262144', '131072 174763 262144'],
      ['94000\t200000\t200000', '131072 174763 262144', '131072 200000 262144'],
      ['300000\t400000\t600000', '131072 174763 262144', '300000\t400000\t600000'],
    ];
    for (const [old, wanted, now] of rows) {
      sysctls.set('net.ipv4.tcp_mem', old);
      assert.deepEqual(tuned({ setting: 'net.ipv4.tcp_mem', value: wanted }).warnings, []);
      assert.equal(get('net.ipv4.tcp_mem'), now);
      assert.deepEqual(putBack(), []);
      assert.equal(get('net.ipv4.tcp_mem').replaceAll('\t', ' '), old.replaceAll('\t', ' '));
    }
  });

  test('with a value of unknown form are left alone', () => {
    sysctls.set('vm.max_map_count', 'many');
    assert.deepEqual(tuned(maps), { raised: [], warnings: [] });
    assert.equal(get('vm.max_map_count'), 'many');
  });

  test('are not raised without root, with a warning', () => {
    const { raised, warnings } = tune({
      raises: [maps, threads],
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

  test('are not raised when their old values cannot be written', () => {
    writeFileSync(dirname(sysctls.stateFile), 'a file in the place of the folder');
    const { raised, warnings } = tuned(maps);
    assert.deepEqual(raised, []);
    assert.match(warnings.join(), /^--tune raised nothing, because the old values could not be written to .*tuned/);
    assert.equal(get('vm.max_map_count'), '65530');
  });
});

describe('governors', () => {
  test('are set to performance where the machine offers it, and put back', () => {
    const slow = sysctls.addPolicy(0, 'ondemand', 'conservative ondemand userspace powersave performance schedutil');
    const fast = sysctls.addPolicy(2, 'performance', 'ondemand performance');
    const fixed = sysctls.addPolicy(4, 'userspace', 'userspace');
    const raises = governorRaises(sysctls.root);
    assert.deepEqual(raises, [{ setting: slow, value: 'performance' }]);
    assert.deepEqual(tuned(...raises), {
      raised: [{ setting: slow, from: 'ondemand', to: 'performance' }],
      warnings: [],
    });
    assert.deepEqual([slow, fast, fixed].map(get), ['performance', 'performance', 'userspace']);
    assert.deepEqual(putBack(), []);
    assert.deepEqual([slow, fast, fixed].map(get), ['ondemand', 'performance', 'userspace']);
  });

  test('are not raised on a machine without cpufreq', () => {
    assert.deepEqual(governorRaises(sysctls.root), []);
  });

  test('are set to no other value', () => {
    const setting = sysctls.addPolicy(0, 'ondemand', 'ondemand powersave');
    assert.deepEqual(tuned({ setting, value: 'powersave' }), { raised: [], warnings: [] });
    assert.equal(get(setting), 'ondemand');
  });
});

describe('a setting that changes meanwhile', () => {
  test('to a third value is left alone, and the others are put back', () => {
    tuned(maps, threads);
    sysctls.set('vm.max_map_count', '777777');
    const warnings = putBack();
    assert.deepEqual(warnings, [
      'vm.max_map_count is 777777, and was neither 65530 before the run nor 2097152 in it: it is left alone',
    ]);
    assert.equal(get('vm.max_map_count'), '777777');
    assert.equal(get('kernel.threads-max'), '30000');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('to its old value is not written again', () => {
    tuned(maps);
    sysctls.set('vm.max_map_count', '65530');
    withWrites(
      sysctls.root,
      () => assert.fail('written'),
      () => assert.deepEqual(putBack(), []),
    );
  });

  test('because the kernel rounds it gets its old value back, with a warning', () => {
    const { raised, warnings } = withWrites(
      sysctls.root,
      (_file, value) => (value === '65536' ? '65000' : value),
      () => tuned(threads, maps),
    );
    assert.deepEqual(
      raised.map(({ setting }) => setting),
      ['vm.max_map_count'],
    );
    assert.deepEqual(warnings, [
      'kernel.threads-max could not be raised from 30000 to 65536 (the kernel made it 65000)',
    ]);
    assert.equal(get('kernel.threads-max'), '30000');
    assert.deepEqual(putBack(), []);
  });

  test('and cannot be put back now is put back later, and nothing is raised before', () => {
    tuned(maps, threads);
    const failing = (file: string, value: string) => {
      if (file.endsWith('max_map_count')) throw new Error('read-only');
      return value;
    };
    const warnings = withWrites(sysctls.root, failing, () => putBack());
    assert.deepEqual(warnings, [
      'vm.max_map_count could not be put back to 65530 (read-only): run the suite once more as root',
    ]);
    assert.equal(get('kernel.threads-max'), '30000');
    const again = withWrites(sysctls.root, failing, () => tuned(ports));
    assert.deepEqual(again, { raised: [], warnings });
    assert.equal(get('net.ipv4.ip_local_port_range'), '32768\t60999');

    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
  });
});
