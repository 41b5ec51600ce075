import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { compare } from '../../commands/compare.ts';
import { localHost } from '../../host/agent-host.ts';
import { type FleetPlace, fleetHere } from '../../host/fleet-place.ts';
import { resolveConfig } from '../../plan/resolve-config.ts';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import type { Entry } from '../../record/record.ts';
import { readEnvironment } from '../../run/environment.ts';
import { aheadMilliseconds, secondPlace } from '../../testing/places.ts';
import { silentProgress } from '../../testing/silent-progress.ts';

describe('a run whose fleet is on two machines', () => {
  let resultsDirectory: string;
  before(async () => {
    resultsDirectory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-results-'));
  });
  after(() => rm(resultsDirectory, { recursive: true, force: true }));

  async function run(only: string, places: FleetPlace[]): Promise<{ directory: string; entries: Entry[] }> {
    const environment = readEnvironment();
    // A late fleet on a busy machine must not void trials.
    const lenient = { maxLateness: '1', maxFleetBusy: '1' };
    const { directory } = await compare({
      config: resolveConfig({ profile: 'smoke', contenders: 'async', only, ...lenient }, environment.cpuHasAes),
      environment,
      // A fleet on several machines requires servers on another machine.
      target: { ...localHost, isSameMachine: false },
      places,
      tune: false,
      resultsDirectory: join(resultsDirectory, only),
      progress: silentProgress,
      signal: new AbortController().signal,
    });
    return { directory, entries: await readRecord(directory) };
  }

  test('records and shows their names, and records the other clock in every trial with both', async () => {
    const { directory, entries } = await run('calibration,memory', [fleetHere, secondPlace]);
    assert.deepEqual(ofType(entries, 'run')[0]?.host.fleet, [secondPlace.name]);
    const table = await readFile(join(directory, 'table.md'), 'utf8');
    assert.match(table, /Fleet on 2 other machines \(the harness's, pi@second\)/);
    const ends = ofType(entries, 'trialEnd').map(({ trial, outcome }) => [trial, outcome]);
    assert.deepEqual(ends, [
      ['calibration-fleet', 'complete'],
      ['calibration-stall', 'complete'],
      ['memory-1-async', 'complete'],
    ]);
    // The calibration only uses a process on this machine.
    const processes = (of: string) =>
      new Set(ofType(entries, 'fleet').flatMap(({ trial, process }) => (trial === of ? [process] : [])));
    assert.deepEqual(
      ends.map(([trial]) => processes(trial ?? '')),
      [new Set([0]), new Set([0]), new Set([0, 1])],
    );
    const [clock, ...others] = ofType(entries, 'clock');
    assert.ok(clock !== undefined);
    assert.deepEqual(others, []);
    assert.deepEqual([clock.trial, clock.process, clock.place], ['memory-1-async', 1, secondPlace.name]);
    assert.ok(Math.abs(clock.offsetMilliseconds - aheadMilliseconds) <= clock.uncertaintyMilliseconds);
  });

  test('names the machine on which a fleet process failed', async () => {
    const command = ['sh', '-c', 'echo no room >&2; exit 3'] as const;
    const { entries } = await run('memory', [fleetHere, { ...secondPlace, command }]);
    const [end] = ofType(entries, 'trialEnd');
    assert.ok(end?.outcome === 'failed');
    assert.equal(end.message, 'fleet process 2 of 2 on pi@second ended (with exit code 3): no room');
  });
});
