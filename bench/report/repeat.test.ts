import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { addCommand } from '../command-line/options.ts';
import type { Flags } from '../plan/options/options.ts';
import type { CommandName } from '../plan/options/row.ts';
import { type Overrides, resolveConfig } from '../plan/resolve-config.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { repeatCommand } from './repeat.ts';

function flagsOf(name: CommandName, command: string): Flags {
  const start = `npm run bench:${name} -- `;
  assert.ok(command.startsWith(start), command);
  const parser = addCommand(new Command(), name).exitOverride();
  return parser.parse(command.slice(start.length).split(' '), { from: 'user' }).opts<Flags>();
}

const summaryOf = (overrides: Overrides = {}) => summarizedRun('a', overrides).summary;

const runs: [what: string, overrides: Overrides][] = [
  ['a profile', { profile: 'quick' }],
  ['another machine', { profile: 'full', trials: '9', serverMemoryMb: '512', compileOnTarget: true, linkMbit: '100' }],
  [
    'phases, contenders and rates',
    { only: 'build,arrivals', contenders: 'async,blocking,async', rate: ['12.5', '80'], margin: '0.1' },
  ],
  [
    'searches',
    { clients: '30000', memoryClients: '50', bracket: '0.2', limitS: '200', ports: '5', connectTimeoutS: '60' },
  ],
  ['a limit that is that of the profile, and less than its holds take', { profile: 'quick', limitS: '30' }],
  ['work', { intervalMs: '4000', messageBytes: '20480', cipher: 'TLS_CHACHA20_POLY1305_SHA256', coolDownS: '3' }],
  [
    'criteria',
    {
      minParsed: '0.9',
      maxP99Intervals: '2',
      maxLateness: '1',
      maxFleetBusy: '0.5',
      memoryGuard: '0.2',
      backlog: '64',
    },
  ],
  ['a fleet', { clientsPerProcess: '500' }],
];
for (const [what, overrides] of runs) {
  test(`the command that repeats a run with ${what} gives the same plan`, () => {
    const summary = summaryOf(overrides);
    assert.deepEqual(resolveConfig(flagsOf('compare', repeatCommand(summary)), true), summary.config);
  });
}

test('the command that repeats a run leaves the names of hosts to the reader', () => {
  const summary = summaryOf();
  const far = { ...summary, isSameMachine: false, furtherFleet: ['pi@a', 'pi@b'] };
  assert.match(repeatCommand(far), / --target <user@host> --fleet <user@host> --fleet <user@host>$/);
  const pinned = { ...summary, config: { ...summary.config, pinning: { server: [0], fleet: [1] } } };
  assert.match(repeatCommand(pinned), / --pin$/);
});

test('the command that repeats a run of saturated arrivals is connect', () => {
  const summary = summaryOf({ profile: 'smoke', only: 'calibration,arrivals,https', rate: [] });
  assert.equal(flagsOf('connect', repeatCommand(summary)).saturate, true);
});

test('the command that repeats a run of an older release has only options that the release knows', () => {
  const summary = summaryOf({ profile: 'quick', coolDownS: '0' });
  assert.match(repeatCommand(summary), /--seed \d+.* --cool-down-s 0/);
  const older = { ...summary, audit: { trials: 1, void: 0, checks: 0 } };
  assert.doesNotMatch(repeatCommand(older), /--(seed|cool-down-s)/);
});

test('the command that repeats a run has no limit that the command line refuses', () => {
  const summary = summaryOf({ profile: 'full', intervalMs: '3600000' });
  assert.ok(summary.config.ramp.limitMilliseconds > 86_400_000);
  assert.doesNotMatch(repeatCommand(summary), /--limit-s/);
});
