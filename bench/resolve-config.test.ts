import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contenderNames } from '../servers/contract/contenders.ts';
import { type Config, configSchema, type Overrides, resolveConfig } from './config.ts';
import { BenchError } from './errors.ts';
import { defaultsOf, profileNames } from './profiles.ts';

describe('configuration', () => {
  for (const profile of profileNames) {
    test(`the profile ${profile} is valid by itself`, () => {
      const config = resolveConfig({ profile }, true);
      assert.deepEqual(configSchema.parse(config), config);
      assert.equal(config.profile, profile);
      assert.deepEqual(config.contenders, [...contenderNames]);
    });
  }

  test('quick is the default profile', () => {
    assert.deepEqual(resolveConfig({}, true), resolveConfig({ profile: 'quick' }, true));
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
    [{ clients: '77' }, ({ ramp }) => ramp.clients, 77],
    [{ memoryClients: '78' }, ({ memory }) => memory.clients, 78],
    [{ messageBytes: '2048' }, (config) => config.messageBytes, 2_048],
    [{ trials: '7' }, (config) => config.trials, 7],
  ];
  for (const [given, found, expected] of overrides) {
    test(`${JSON.stringify(given)} is taken over, and nothing else changes`, () => {
      const profile = resolveConfig({ profile: 'full' }, true);
      const changed = resolveConfig({ profile: 'full', ...given }, true);
      assert.deepEqual(found(changed), expected);
      assert.equal(differences(profile, changed), 1);
    });
  }

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

  test('gives a ramp the time that its holds and its clients take', () => {
    const limit = (given: Overrides) => resolveConfig(given, true).ramp.limitMilliseconds;
    assert.ok(limit({ intervalMs: '5000' }) > 7 * 10_000);
    assert.ok(limit({ clients: '50000' }) > limit({ clients: '25000' }));
    assert.equal(limit({ clients: '100' }), 35_000, 'never less than the profile gives');
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

  const bad: [given: Overrides, sentence: RegExp][] = [
    [{ profile: 'slow' }, /^--profile takes smoke, quick, full, not "slow"$/],
    [{ contenders: '' }, /^--contenders takes names of blocking, async with commas between, not ""$/],
    [{ contenders: 'async,' }, /^--contenders takes names .* not "async,"$/],
    [{ contenders: 'rust' }, /^--contenders takes names .* not "rust"$/],
    [{ contenders: 'async,async' }, /^--contenders async,async names one server twice: name each once$/],
    [{ cipher: 'RC4' }, /^--cipher takes TLS_AES_128_GCM_SHA256, .* not "RC4"$/],
    [{ memoryClients: '30001' }, /^--memory-clients 30001 is more than the 30000 threads allowed: ask for fewer$/],
  ];
  const numbers = [
    ['clients', '--clients', 1, 1_000_000],
    ['memoryClients', '--memory-clients', 1, 100_000],
    ['intervalMs', '--interval-ms', 50, 3_600_000],
    [
      'messageBytes',
      '--message-bytes',
      configSchema.shape.messageBytes.minValue,
      configSchema.shape.messageBytes.maxValue,
    ],
    ['trials', '--trials', 1, 100],
  ] as const;
  for (const [name, option, low, high] of numbers) {
    const wrong = [
      '',
      ' 5',
      '-1',
      '1.5',
      '1e3',
      '0x10',
      'ten',
      'NaN',
      '9'.repeat(30),
      String((low ?? 0) - 1),
      String((high ?? 0) + 1),
    ];
    for (const text of wrong) {
      bad.push([
        { [name]: text },
        new RegExp(`^${option} takes a whole number from ${low} to ${high}, not "${text.replaceAll('.', '\\.')}"$`),
      ]);
    }
  }
  for (const [given, sentence] of bad) {
    test(`refuses ${JSON.stringify(given)} with one sentence`, () => {
      assert.throws(
        () => resolveConfig(given, true),
        (error) => {
          assert.ok(error instanceof BenchError);
          assert.equal(error.code, 'BAD_OPTION');
          assert.match(error.message, sentence);
          return true;
        },
      );
    });
  }

  test('whatever is accepted can stand in a record and be read again', () => {
    const number = (low: number, high: number) =>
      fc.option(fc.integer({ min: low, max: high }).map(String), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          profile: fc.constantFrom(...profileNames),
          clients: number(1, 1_000_000),
          memoryClients: number(1, 30_000),
          intervalMs: number(50, 3_600_000),
          messageBytes: number(1_024, 65_536),
          trials: number(1, 100),
        }),
        fc.boolean(),
        (given, hasAes) => {
          const config = resolveConfig(given, hasAes);
          assert.deepEqual(configSchema.parse(JSON.parse(JSON.stringify(config))), config);
          assert.ok(config.ramp.sendingHoldMilliseconds >= 2 * config.intervalMilliseconds);
          assert.ok(config.memory.windowMilliseconds >= 2 * config.intervalMilliseconds);
        },
      ),
    );
  });

  test('the help names a default once when all profiles share it, else by profile', () => {
    assert.equal(
      defaultsOf((config) => config.messageBytes),
      '10240',
    );
    assert.equal(
      defaultsOf((config) => config.trials),
      'smoke 1, quick 1, full 3',
    );
  });
});

function differences(before: unknown, after: unknown): number {
  if (typeof before !== 'object' || before === null || Array.isArray(before) || typeof after !== 'object') {
    return JSON.stringify(before) === JSON.stringify(after) ? 0 : 1;
  }
  const others = new Map(Object.entries(after ?? {}));
  return Object.entries(before).reduce((sum, [name, value]) => sum + differences(value, others.get(name)), 0);
}
