import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { planTrials } from '../../plan/plan.ts';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { finishedTrials } from '../../run/resume.ts';
import { seededRandom } from '../../stats/random.ts';
import { summarize } from '../../summary/summary.ts';
import { markedProcesses } from '../../testing/processes.ts';
import { assertAllGoSoon, type BenchProcess, startBench } from '../../testing/run-bench.ts';

/** The number of kills that the project promises to survive. */
const kills = 20;
const plan = [
  ...['compare', '--profile', 'smoke', '--contenders', 'async', '--only', 'build,memory,connected', '--trials', '6'],
  ...['--max-lateness', '1', '--max-fleet-busy', '1'],
];
const harness = /bench\/cli\.ts /;
const victims = [harness, /servers\/agent\/main\.ts$/, /clients\/main\.ts$/];

/** Sends SIGKILL to the newest process of this kind, if there is one. */
function killOne({ mark }: BenchProcess, kind: RegExp): void {
  const found = markedProcesses(mark).findLast(({ command }) => kind.test(command));
  if (found !== undefined) process.kill(found.pid, 'SIGKILL');
}

/** @returns true when the harness has ended, by this kill or by itself; it survives the loss of an agent or a fleet. */
async function killAfter(bench: BenchProcess, milliseconds: number, kind: RegExp): Promise<boolean> {
  const isOver = bench.ended.then(() => true);
  if (await Promise.race([isOver, sleep(milliseconds, false)])) return true;
  const isHarness = kind === harness;
  killOne(bench, kind);
  return isHarness && (await isOver);
}

/** A seed draws victims and moments; it is printed so that KILLS_SEED can repeat them. */
describe('a run whose harness, agent or fleet is killed again and again', () => {
  test('loses no finished trial, and completes', async (t) => {
    const seed = Number(process.env.KILLS_SEED ?? Date.now() % 100_000);
    t.diagnostic(`KILLS_SEED=${seed}`);
    const random = seededRandom(seed);
    const benches = [await startBench(...plan)];
    await using _all = { [Symbol.asyncDispose]: () => disposeOf(benches) };
    const folder = await folderOf(benches[0]);
    const done = new Set<string>();
    const look = async () => {
      const now = finishedTrials(await readRecord(folder));
      for (const trial of done) assert.ok(now.has(trial), `${trial} was lost`);
      for (const trial of now) done.add(trial);
    };
    const resume = async () => benches.push(await startBench('compare', '--resume', folder));
    for (let kill = 1; kill <= kills; kill += 1) {
      const bench = benches.at(-1);
      assert.ok(bench !== undefined);
      const victim = victims[Math.floor(random() * victims.length)] ?? harness;
      if (!(await killAfter(bench, 500 + 5_500 * random(), victim))) continue;
      await assertAllGoSoon(bench);
      await look();
      await resume();
    }
    await benches.at(-1)?.ended;
    const planned = planTrials(ofType(await readRecord(folder), 'run')[0]?.config ?? assert.fail());
    await look();
    for (let more = 0; more < kills && done.size < planned.length; more += 1) {
      await resume();
      await benches.at(-1)?.ended;
      await look();
    }
    const entries = await readRecord(folder);
    const { outcome, config, contenders } = summarize(entries);
    assert.equal(outcome, 'complete');
    assert.deepEqual(finishedTrials(entries), new Set(planned.map(({ id }) => id)));
    assert.equal(contenders.async?.maxClientsConnected.stops.length, config.trials);
    t.diagnostic(`${benches.length} beginnings of one run with ${planned.length} trials`);
  });
});

/** Resolves with the run's folder as soon as its record can be resumed. */
async function folderOf(bench: BenchProcess | undefined): Promise<string> {
  assert.ok(bench !== undefined);
  await bench.progress(/trial 1 of/);
  return bench.runFolder();
}

async function disposeOf(benches: BenchProcess[]): Promise<void> {
  for (const bench of benches.toReversed()) await bench[Symbol.asyncDispose]();
}
