import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runEntry, trialEntry } from '../testing/runs.ts';
import { entrySchema } from './record.ts';
import { upgradeFrom2, withServers } from './upgrade.ts';

/** A `run` line of version 2. */
function oldRun(): unknown {
  const { config, pid: _, tune: _tune, ...run } = runEntry();
  const {
    seed: _seed,
    coolDownMilliseconds: _pause,
    equivalenceMargin: _margin,
    calibration: _calibration,
    ...rest
  } = config;
  return { ...run, schemaVersion: 2, config: { ...rest, fleet: { ...rest.fleet, seed: 1 } } };
}

describe('a line of a record of version 2', () => {
  const lines: [what: string, line: unknown, types: string[]][] = [
    ['that begins a run', oldRun(), ['run']],
    ['of a trial that ended', { type: 'trialEnd', trial: 'memory-1-async', outcome: 'complete' }, ['trialEnd']],
    [
      'of a trial that broke off',
      { type: 'trialEnd', trial: 'memory-1-async', outcome: 'failed', code: 'X', message: 'x' },
      ['trialEnd'],
    ],
    [
      'of a bundle, and of the executable',
      { type: 'bundle', contender: 'async', bytes: 3, gzipBytes: 2, brotliBytes: 1, executableBytes: 9 },
      ['bundle', 'executable'],
    ],
    ['that has not changed since', trialEntry('memory', 'async'), ['trial']],
  ];
  for (const [what, line, types] of lines) {
    test(`${what} is read as ${types.join(' and ')}`, () => {
      const entries = upgradeFrom2(line).map((entry) => entrySchema.parse(entry));
      assert.deepEqual(
        entries.map(({ type }) => type),
        types,
      );
    });
  }

  test('that is damaged is returned unchanged', () => {
    for (const line of [undefined, null, {}, { type: 'run' }, { type: 'bundle' }]) {
      assert.deepEqual(upgradeFrom2(line), [line]);
    }
  });
});

describe('the first line of a record', () => {
  const { servers: _, ...before } = runEntry({ contenders: 'async,async,blocking' });

  test('of before servers were told is given what they were, each once', () => {
    assert.deepEqual(withServers(before), {
      ...before,
      servers: { async: 'one event loop', blocking: 'one thread per connection, asleep in read(2)' },
    });
  });

  test('keeps what it tells itself', () => {
    const told = { ...before, servers: { async: 'another' } };
    assert.equal(withServers(told), told);
  });

  test('may name a server that this tree lacks, of which an older one tells nothing', () => {
    const run = entrySchema.parse({ ...before, config: { ...before.config, contenders: ['rust', 'rust-2'] } });
    assert.ok(run.type === 'run');
    assert.partialDeepStrictEqual(withServers(run), { servers: {} });
  });
});
