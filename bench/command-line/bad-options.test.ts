import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { largestMessageBytes, smallestMessageBytes } from '../../servers/contract/message.ts';
import { BenchError } from '../errors.ts';
import { configSchema } from '../plan/config.ts';
import { phaseNames, profileNames } from '../plan/names.ts';
import { type Overrides, resolveConfig } from '../plan/resolve-config.ts';
import { parse } from '../testing/command-line.ts';
import { runBench } from '../testing/run-bench.ts';

type Bound = readonly [name: Exclude<keyof Overrides, 'rate'>, option: string, low: number, high: number];

const integers: Bound[] = [
  ['clients', '--clients', 1, 1_000_000],
  ['memoryClients', '--memory-clients', 1, 100_000],
  ['intervalMs', '--interval-ms', 50, 3_600_000],
  ['messageBytes', '--message-bytes', smallestMessageBytes, largestMessageBytes],
  ['trials', '--trials', 1, 100],
  ['seed', '--seed', 0, 0xffff_ffff],
  ['coolDownS', '--cool-down-s', 0, 3_600],
  ['ports', '--ports', 1, 1_000],
  ['backlog', '--backlog', 1, 65_535],
  ['linkMbit', '--link-mbit', 1, 1_000_000],
  ['clientsPerProcess', '--clients-per-process', 1, 60_000],
  ['connectTimeoutS', '--connect-timeout-s', 1, 600],
  ['limitS', '--limit-s', 1, 86_400],
  ['serverMemoryMb', '--server-memory-mb', 64, 1_048_576],
];
const numbers: Bound[] = [
  ['bracket', '--bracket', 0.001, 1],
  ['minParsed', '--min-parsed', 0, 1],
  ['maxP99Intervals', '--max-p99-intervals', 0.001, 1_000],
  ['maxLateness', '--max-lateness', 0, 1],
  ['maxFleetBusy', '--max-fleet-busy', 0, 1],
  ['memoryGuard', '--memory-guard', 0, 1],
  ['margin', '--margin', 0.001, 1],
];
/** Texts that are not plain numbers in an allowed range. */
const noNumbers = ['', ' 5', '-1', '1e3', '0x10', 'ten', 'NaN', 'Infinity', '9'.repeat(30)];

const bad: [given: Overrides, sentence: RegExp][] = [
  [{ profile: 'slow' }, /^--profile takes smoke, quick, full, not "slow"$/],
  [{ contenders: '' }, /^--contenders takes names of blocking, async with commas between, not ""$/],
  [{ contenders: 'async,' }, /^--contenders takes names .* not "async,"$/],
  [{ contenders: 'rust' }, /^--contenders takes names .* not "rust"$/],
  [
    { contenders: 'async,async,async,async,blocking' },
    /^--contenders async,async,async,async,blocking names 5 servers: one run compares at most 4$/,
  ],
  [
    { only: '' },
    /^--only takes names of build, calibration, memory, connected, sending, arrivals, https with commas .* not ""$/,
  ],
  [{ only: 'ramp' }, /^--only takes names .* not "ramp"$/],
  [{ only: 'memory,memory' }, /^--only memory,memory names one phase twice: name each once$/],
  [{ cipher: 'RC4' }, /^--cipher takes TLS_AES_128_GCM_SHA256, .* not "RC4"$/],
  [{ memoryClients: '30001' }, /^--memory-clients 30001 is more than the 30000 threads allowed: ask for fewer$/],
];
const quoted = (text: string) => text.replaceAll('.', '\\.');
for (const [name, option, low, high] of integers) {
  for (const text of [...noNumbers, '1.5', String(low - 1), String(high + 1)]) {
    bad.push([
      { [name]: text },
      new RegExp(`^${option} takes a whole number from ${low} to ${high}, not "${quoted(text)}"$`),
    ]);
  }
}
const number = (option: string, low: number, high: number, text: string) =>
  new RegExp(`^${option} takes a number from ${quoted(String(low))} to ${high}, not "${quoted(text)}"$`);
for (const [name, option, low, high] of numbers) {
  const below = low > 0 ? ['0', String(low * 0.9)] : [];
  for (const text of [...noNumbers, '.5', '5.', ...below, String(high + 0.1)]) {
    bad.push([{ [name]: text }, number(option, low, high, text)]);
  }
}
for (const text of [...noNumbers, '0', '0.09', '100001']) {
  bad.push([{ rate: ['20', text] }, number('--rate', 0.1, 100_000, text)]);
}

describe('an option', () => {
  for (const [given, sentence] of bad) {
    test(`is refused with one sentence: ${JSON.stringify(given)}`, () => {
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

  for (const [name, option, low, high] of [...integers, ...numbers]) {
    test(`${option} is taken from ${low} to ${high}`, () => {
      resolveConfig({ [name]: String(low) }, true);
      // More memory clients than threads are refused for another reason.
      resolveConfig({ [name]: String(name === 'memoryClients' ? 30_000 : high) }, true);
    });
  }

  test('that is accepted can be written to a record and read again', () => {
    const textOf = ([, , low, high]: Bound, arbitrary: fc.Arbitrary<number>) =>
      fc.option(arbitrary.filter((value) => value >= low && value <= high).map(String), { nil: undefined });
    const any = fc.record({
      profile: fc.constantFrom(...profileNames),
      contenders: fc.shuffledSubarray(['blocking', 'async'], { minLength: 1 }).map(String),
      only: fc.shuffledSubarray([...phaseNames], { minLength: 1 }).map(String),
      rate: fc.option(fc.array(fc.integer({ min: 1, max: 100_000 }).map(String)), { nil: undefined }),
      ...Object.fromEntries([
        ...integers.map((bound) => {
          const max = bound[0] === 'memoryClients' ? 30_000 : bound[3];
          return [bound[0], textOf(bound, fc.integer({ min: bound[2], max }))] as const;
        }),
        ...numbers.map((bound) => {
          const thousandths = fc.integer({ min: bound[2] * 1_000, max: bound[3] * 1_000 });
          return [
            bound[0],
            textOf(
              bound,
              thousandths.map((value) => value / 1_000),
            ),
          ] as const;
        }),
      ]),
    });
    fc.assert(
      fc.property(any, fc.boolean(), (given, hasAes) => {
        const config = resolveConfig(given, hasAes);
        assert.deepEqual(configSchema.parse(JSON.parse(JSON.stringify(config))), config);
        assert.ok(config.ramp.sendingHoldMilliseconds >= 2 * config.intervalMilliseconds);
        assert.ok(config.memory.windowMilliseconds >= 2 * config.intervalMilliseconds);
      }),
    );
  });
});

const noDestination = /^"[^"]+" is no ssh destination: give a host, user@host or an alias from ~\/\.ssh\/config, with /;
const needsTarget = (option: string) =>
  new RegExp(`^${option} needs --target <user@host>, the machine that the servers run on$`);
const twice = /^--fleet pi@a has a part in this run already: name each machine once$/;
const far: [words: string[], sentence: RegExp][] = [
  [['compare', '--target', '-oProxyCommand=id'], noDestination],
  [['compare', '--target', 'a b'], noDestination],
  [['compare', '--target', ''], /^"" is no ssh destination: /],
  [['compare', '--target', 'pi@a', '--fleet', 'x;id'], noDestination],
  [['compare', '--target', 'pi@a', '--fleet', 'pi@a'], twice],
  [['connect', '--target', 'pi@b', '--fleet', 'pi@a', '--fleet', 'pi@a'], twice],
  [['compare', '--target', 'pi@a', '--server-memory-mb', '1'], /^--server-memory-mb takes a whole number from 64 to /],
  [
    ['compare', '--target', 'pi@a', '--pin'],
    /^--pin is for servers and fleet on one machine: do not combine it with --t/,
  ],
  [['compare', '--fleet', 'pi@a'], needsTarget('--fleet')],
  [['compare', '--compile-on-target'], needsTarget('--compile-on-target')],
  [['compare', '--server-memory-mb', '1'], needsTarget('--server-memory-mb')],
  [['doctor', '--ssh-config', 'file'], needsTarget('--ssh-config')],
  [['connect', '--compile-on-target'], /^unknown option '--compile-on-target'/],
  [['deploy'], /^missing required argument 'user@host'$/],
  [['deploy', 'x;id'], noDestination],
  [['deploy', '--clean', '$(id)'], noDestination],
  [['deploy', 'pi@a', 'pi@b'], /^too many arguments/],
  [['deploy-status'], /^missing required argument 'user@host'$/],
  [['deploy-status', '`id`'], noDestination],
  [['deploy-status', 'pi@a', '--clean'], /^unknown option '--clean'/],
  [['deploy-restore', '--', '-oProxyCommand=id'], noDestination],
];

describe('options about another machine', () => {
  const path = process.env.PATH ?? '';
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    await writeFile(join(folder, 'ssh'), `#!/bin/sh\ntouch ${folder}/called\nexit 1\n`, { mode: 0o755 });
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  after(async () => {
    process.env.PATH = path;
    await rm(folder, { recursive: true, force: true });
  });

  describe('that are wrong', () => {
    for (const [words, sentence] of far) {
      test(`are refused with one sentence, before ssh is called: ${words.join(' ')}`, async () => {
        const { exitCode, stdout, stderr } = await parse(...words);
        assert.equal(exitCode, 2);
        assert.deepEqual([stdout, stderr.length], [[], 1], stderr.join('\n'));
        assert.match(stderr[0] ?? '', sentence);
        assert.ok(!existsSync(join(folder, 'called')));
      });
    }
  });

  test('that are correct lead to a call of ssh', async () => {
    const { exitCode } = await runBench('doctor', '--target', 'pi@a');
    assert.equal(exitCode, 1);
    assert.ok(existsSync(join(folder, 'called')));
    await rm(join(folder, 'called'));
  });
});
