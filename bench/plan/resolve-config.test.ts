import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Config, configSchema } from './config.ts';
import { phaseNames, profileNames } from './names.ts';
import { defaultOf, options } from './options/options.ts';
import { profiles } from './profiles.ts';
import { type Overrides, resolveConfig } from './resolve-config.ts';

describe('configuration', () => {
  for (const profile of profileNames) {
    test(`the profile ${profile} is valid by itself`, () => {
      const config = resolveConfig({ profile }, true);
      assert.deepEqual(configSchema.parse(config), config);
      const { memory: _, ramp: __, ...asItStands } = profiles[profile];
      assert.deepEqual({ ...config, ...asItStands }, config);
      assert.deepEqual([config.contenders, config.phases], [['blocking', 'async'], [...phaseNames]]);
    });
  }

  test('quick is the default profile', () => {
    const seed = '1';
    assert.deepEqual(resolveConfig({ seed }, true), resolveConfig({ profile: 'quick', seed }, true));
  });

  test('full has the conditions of the original post', () => {
    const { memory, ramp, intervalMilliseconds, messageBytes } = resolveConfig({ profile: 'full' }, true);
    assert.equal(memory.clients, 100);
    assert.equal(memory.windowMilliseconds, 300_000);
    assert.equal(ramp.clients, 25_000);
    assert.equal(intervalMilliseconds, 1_000);
    assert.equal(messageBytes, 10_240);
  });

  test('takes ChaCha20 where the CPU has no AES instructions, unless told otherwise', () => {
    assert.equal(resolveConfig({}, true).cipher, 'TLS_AES_128_GCM_SHA256');
    assert.equal(resolveConfig({}, false).cipher, 'TLS_CHACHA20_POLY1305_SHA256');
    assert.equal(resolveConfig({ cipher: 'TLS_AES_256_GCM_SHA384' }, false).cipher, 'TLS_AES_256_GCM_SHA384');
  });

  const overrides: [given: Overrides, found: (config: Config) => unknown, expected: unknown][] = [
    [{ contenders: 'async' }, ({ contenders }) => contenders, ['async']],
    [{ contenders: 'async,blocking' }, ({ contenders }) => contenders, ['async', 'blocking']],
    [{ only: 'memory' }, ({ phases }) => phases, ['memory']],
    [{ only: 'https,build,sending' }, ({ phases }) => phases, ['build', 'sending', 'https']],
    [{ clients: '20000' }, ({ ramp }) => ramp.clients, 20_000],
    [{ memoryClients: '78' }, ({ memory }) => memory.clients, 78],
    [{ messageBytes: '2048' }, (config) => config.messageBytes, 2_048],
    [{ seed: '4294967295' }, (config) => config.seed, 0xffff_ffff],
    [{ coolDownS: '3' }, (config) => config.coolDownMilliseconds, 3_000],
    [{ margin: '0.1' }, (config) => config.equivalenceMargin, 0.1],
    [{ contenders: 'async,blocking,async' }, ({ contenders }) => contenders, ['async', 'blocking', 'async-2']],
    [{ ports: '4' }, (config) => config.ports, 4],
    [{ backlog: '511' }, (config) => config.backlog, 511],
    [{ clientsPerProcess: '6000' }, ({ fleet }) => fleet.clientsPerProcess, 6_000],
    [{ connectTimeoutS: '30' }, ({ ramp }) => ramp.connectTimeoutMilliseconds, 30_000],
    [{ bracket: '0.05' }, ({ ramp }) => ramp.bracketShare, 0.05],
    [{ limitS: '7' }, ({ ramp }) => ramp.limitMilliseconds, 7_000],
    [{ minParsed: '0.9' }, ({ criteria }) => criteria.parsedShare, 0.9],
    [{ maxP99Intervals: '2.5' }, ({ criteria }) => criteria.p99Intervals, 2.5],
    [{ maxLateness: '0.1' }, ({ criteria }) => criteria.latenessShare, 0.1],
    [{ maxFleetBusy: '1' }, ({ criteria }) => criteria.fleetBusyShare, 1],
    [{ memoryGuard: '0' }, (config) => config.memoryGuardShare, 0],
    [{ rate: ['200', '12.5'] }, ({ arrivals }) => arrivals.ratesPerSecond, [200, 12.5]],
  ];
  for (const [given, found, expected] of overrides) {
    test(`${JSON.stringify(given)} changes that value and nothing else`, () => {
      const unchanged = { profile: 'full', seed: '1' };
      const profile = resolveConfig(unchanged, true);
      const changed = resolveConfig({ ...unchanged, ...given }, true);
      assert.deepEqual(found(changed), expected);
      assert.equal(differences(profile, changed), 1);
    });
  }

  test('builds as often as it makes trials, and never less often than the profile', () => {
    const runs = (trials: string) => {
      const config = resolveConfig({ profile: 'full', trials }, true);
      return [config.trials, config.buildRuns];
    };
    assert.deepEqual(
      [runs('7'), runs('2')],
      [
        [7, 7],
        [2, 5],
      ],
    );
  });

  test('has a port for every 14,000 clients, or as many as the user says', () => {
    const ports = (given: Overrides) => resolveConfig({ profile: 'full', ...given }, true).ports;
    assert.deepEqual(
      ['1', '14000', '14001', '28000', '1000000'].map((clients) => ports({ clients })),
      [1, 1, 2, 2, 72],
    );
    assert.equal(ports({ clients: '28000', ports: '9' }), 9);
  });

  test('has a link speed only if the user gives one', () => {
    assert.equal(resolveConfig({}, true).linkMegabitsPerSecond, undefined);
    assert.equal(resolveConfig({ linkMbit: '100' }, true).linkMegabitsPerSecond, 100);
  });

  test('makes holds whole intervals, at least two, that reports divide, and never shortens one', () => {
    for (const intervalMs of ['50', '250', '333', '700', '1000', '1200', '5000', '45000']) {
      const { intervalMilliseconds, reportMilliseconds, memory, ramp } = resolveConfig({ intervalMs }, true);
      assert.equal(intervalMilliseconds, Number(intervalMs));
      assert.equal(memory.windowMilliseconds % intervalMilliseconds, 0);
      assert.equal(ramp.sendingHoldMilliseconds % intervalMilliseconds, 0);
      assert.ok(memory.windowMilliseconds >= Math.max(8_000, 2 * intervalMilliseconds));
      assert.ok(ramp.sendingHoldMilliseconds >= Math.max(3_000, 2 * intervalMilliseconds));
      assert.equal(intervalMilliseconds % reportMilliseconds, 0, `${intervalMs} by ${reportMilliseconds}`);
      assert.ok(reportMilliseconds <= 1_000);
    }
  });

  test('gives a search the time that its holds and clients need, unless the user sets a limit', () => {
    const limit = (given: Overrides) => resolveConfig(given, true).ramp.limitMilliseconds;
    assert.ok(limit({ intervalMs: '5000' }) > 7 * 10_000);
    assert.ok(limit({ clients: '50000' }) > limit({ clients: '25000' }));
    const { limitMilliseconds } = profiles.full.ramp;
    assert.equal(limit({ profile: 'full', clients: '100' }), limitMilliseconds, 'never less than the profile gives');
    assert.equal(limit({ clients: '50000', intervalMs: '5000', limitS: '1' }), 1_000);
  });

  test('lengthens holds to two intervals, and never shortens one', () => {
    const long = resolveConfig({ profile: 'smoke', intervalMs: '5000' }, true);
    assert.equal(long.memory.windowMilliseconds, 10_000);
    assert.equal(long.ramp.sendingHoldMilliseconds, 10_000);
    assert.equal(long.ramp.silentHoldMilliseconds, 500, 'nothing is due in a silent hold');
    const short = resolveConfig({ profile: 'smoke', intervalMs: '50' }, true);
    assert.equal(short.memory.windowMilliseconds, 1_500);
    assert.equal(short.ramp.sendingHoldMilliseconds, 500);
  });

  test('the help names one default when all profiles share it, and else one per profile', () => {
    assert.equal(defaultOf(options['message-bytes']), '10240');
    assert.equal(defaultOf(options.trials), 'smoke 1, quick 1, full 5');
    assert.equal(defaultOf(options['cool-down-s']), 'smoke 0, quick 1, full 10');
    assert.equal(defaultOf(options.contenders), 'blocking,async');
  });
});

function differences(before: unknown, after: unknown): number {
  if (typeof before !== 'object' || before === null || Array.isArray(before) || typeof after !== 'object') {
    return JSON.stringify(before) === JSON.stringify(after) ? 0 : 1;
  }
  const others = new Map(Object.entries(after ?? {}));
  return Object.entries(before).reduce((sum, [name, value]) => sum + differences(value, others.get(name)), 0);
}
