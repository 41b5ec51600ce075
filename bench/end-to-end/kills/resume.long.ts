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

/** As often as the project promises. */
const kills = 20;
const plan = [
  ...['compare', '--profile', 'smoke', '--contenders', 'async', '--only', 'build,memory,connected', '--trials', '6'],
  ...['--max-lateness', '1', '--max-fleet-busy', '1'],
];
const harness = /bench\/cli\.ts /;
const victims = [harness, /servers\/agent\/main\.ts$/, /clients\/main\.ts$/];

/** kill -9 of whatever is there of one of these kinds. */
function killOne({ mark }: BenchProcess, kind: RegExp): void {
  const found = markedProcesses(mark).findLast(({ command }) => kind.test(command));
  if (found !== undefined) process.kill(found.pid, 'SIGKILL');
}

/** @returns true when the harness has ended, by this kill or by itself; without an agent or a fleet it goes on. */
async function killAfter(bench: BenchProcess, milliseconds: number, kind: RegExp): Promise<boolean> {
  const isOver = bench.ended.then(() => true);
  if (await Promise.race([isOver, sleep(milliseconds, false)])) return true;
  const isHarness = kind === harness;
  killOne(bench, kind);
  return isHarness && (await isOver);
}

/** At moments that the seed draws, printed so that it can be given again. */
describe('a run whose harness, agent or fleet is killed again and again', () => {
  test('loses no trial that was finished, and comes to its end', async (t) => {
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
    const goOn = async () => benches.push(await startBench('compare', '--resume', folder));
    for (let kill = 1; kill <= kills; kill += 1) {
      const bench = benches.at(-1);
      assert.ok(bench !== undefined);
      const victim = victims[Math.floor(random() * victims.length)] ?? harness;
      if (!(await killAfter(bench, 500 + 5_500 * random(), victim))) continue;
      await assertAllGoSoon(bench);
      await look();
      await goOn();
    }
    await benches.at(-1)?.ended;
    const planned = planTrials(ofType(await readRecord(folder), 'run')[0]?.config ?? assert.fail());
    await look();
    for (let more = 0; more < kills && done.size < planned.length; more += 1) {
      await goOn();
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

/** As soon as there is a record to go on with. */
async function folderOf(bench: BenchProcess | undefined): Promise<string> {
  assert.ok(bench !== undefined);
  await bench.progress(/trial 1 of/);
  return bench.runFolder();
}

async function disposeOf(benches: BenchProcess[]): Promise<void> {
  for (const bench of benches.toReversed()) await bench[Symbol.asyncDispose]();
}
