import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nullName } from '../servers/contract/contenders.ts';
import { arrivalsTrial } from './arrivals/arrivals.ts';
import { build, measureBundle, measureExecutable } from './build.ts';
import { calibrate } from './calibration/calibrate.ts';
import { contenderOf, type Entrant } from './entrants.ts';
import { completeTrials, ofType } from './entries.ts';
import { BenchError } from './errors.ts';
import { httpsTrial } from './https/https.ts';
import { type PlannedTrial, planTrials } from './plan.ts';
import type { Entry } from './record.ts';
import { readRecord, unwritable } from './record-file.ts';
import type { ContenderArrival } from './report/arrivals.ts';
import { renderMarkdown } from './report/markdown.ts';
import { finishedTrials } from './resume.ts';
import { inRun, type Run, type RunOptions, type Workshop } from './run.ts';
import { search } from './search/search.ts';
import { type Summary, summarize } from './summary.ts';
import { memoryTrial } from './trial/memory.ts';
import { pause, runTrial } from './trial/trial.ts';

export interface CompareResult {
  summary: Summary;
  /** The run's own folder, with record.jsonl, summary.json and table.md. */
  directory: string;
  /** Every rate at which clients arrived. */
  arrivals: ContenderArrival[];
}

/** The whole story: build, then every trial, then the report. */
export async function compare(options: RunOptions): Promise<CompareResult> {
  const directory = await inRun(options, {
    build: options.config.phases.includes('build') ? buildPhase : buildOnce,
    measure: trialPhase,
  });
  return report(directory);
}

/** What is to be measured by, and so what has to be built besides. */
async function buildNullServer({ config, bundleDirectory, signal }: Workshop): Promise<void> {
  if (config.phases.includes('calibration')) await build(nullName, join(bundleDirectory, nullName), signal);
}

/** Servers to start, and nothing to report of them. */
export async function buildOnce(workshop: Workshop): Promise<void> {
  const { config, progress, bundleDirectory, signal } = workshop;
  for (const contender of config.contenders) {
    progress.live(`build: ${contender}`);
    await build(contenderOf(contender), join(bundleDirectory, contender), signal);
  }
  await buildNullServer(workshop);
}

/** Builds each contender from clean, several times, and weighs what came out, which is what will be started. */
async function buildPhase(workshop: Workshop): Promise<void> {
  const { config, progress, record, bundleDirectory, signal, before } = workshop;
  // In a run that goes on, those that the record has need not be timed again; but files to start are needed.
  const built = new Map(config.contenders.map((name) => [name, countOf(before, 'build', name)]));
  for (let run = 1; run <= config.buildRuns; run += 1) {
    // Each goes first in half of them.
    for (const contender of run % 2 === 1 ? config.contenders : config.contenders.toReversed()) {
      if (run <= (built.get(contender) ?? 0)) continue;
      progress.live(`build ${run} of ${config.buildRuns}: ${contender}`);
      const folder = join(bundleDirectory, contender);
      const times = await build(contenderOf(contender), folder, signal);
      record.append({ type: 'bundle', contender, ...(await measureBundle(contenderOf(contender), folder)) });
      // Last, for a run that goes on counts these.
      record.append({ type: 'build', contender, ...times });
    }
  }
  if ([...built.values()].some((runs) => runs >= config.buildRuns)) await buildOnce(workshop);
  else await buildNullServer(workshop);
  for (const contender of config.contenders) {
    if (countOf(before, 'executable', contender) > 0) continue;
    progress.live(`single executable: ${contender}`);
    const folder = join(bundleDirectory, contender);
    const size = await executableBytes(() => measureExecutable(contenderOf(contender), folder, signal));
    record.append({ type: 'executable', contender, ...size });
  }
  progress.phase(`built ${config.contenders.join(' and ')}, ${config.buildRuns} times each`);
}

function countOf(entries: Entry[], type: 'build' | 'executable', contender: Entrant): number {
  return entries.filter((entry) => entry.type === type && entry.contender === contender).length;
}

/** A machine that cannot make a single executable still compares everything else. */
async function executableBytes(measure: () => Promise<number>) {
  try {
    return { bytes: await measure() };
  } catch (error) {
    if (error instanceof BenchError) return { failure: error.message };
    throw error;
  }
}

async function trialPhase(workplace: Run): Promise<void> {
  const run = { ...workplace, fleetCeiling: await fleetCeiling(workplace) };
  const { config, progress } = run;
  const trials = planTrials(config);
  const finished = finishedTrials(run.before);
  let isFirst = true;
  for (const [index, planned] of trials.entries()) {
    if (finished.has(planned.id)) continue;
    if (!isFirst) await pause(config.coolDownMilliseconds, run.signal);
    isFirst = false;
    progress.phase(`trial ${index + 1} of ${trials.length}: ${planned.phase}, ${planned.contender}`);
    await measure[planned.phase](run, planned);
  }
}

/** Messages a second of one process, measured now or, in a run that goes on, before. */
async function fleetCeiling(run: Run): Promise<number | undefined> {
  if (!run.config.phases.includes('calibration')) return undefined;
  run.progress.phase('calibration');
  const { fleet } = ofType(run.before, 'calibration')[0] ?? (await calibrate(run));
  return 'messagesPerSecond' in fleet ? fleet.messagesPerSecond : undefined;
}

/** An arrival is gone before many others have come, so one process does. */
const arrivingClients = 1;

const measure: Record<PlannedTrial['phase'], (run: Run, planned: PlannedTrial) => Promise<unknown>> = {
  memory: (run, planned) => runTrial(run, planned, run.config.memory.clients, memoryTrial),
  connected: (run, planned) => search(run, planned, false),
  sending: (run, planned) => search(run, planned, true),
  arrivals: (run, planned) => runTrial(run, planned, arrivingClients, arrivalsTrial),
  https: (run, planned) => runTrial(run, planned, arrivingClients, httpsTrial),
};

/** Makes everything that is computed, from the record alone. @throws BenchError */
export async function report(directory: string): Promise<CompareResult> {
  const entries = await readRecord(directory);
  const summary = summarize(entries);
  const files = { 'summary.json': `${JSON.stringify(summary, null, 2)}\n`, 'table.md': renderMarkdown(summary) };
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  } catch (error) {
    throw unwritable(directory, error);
  }
  return { summary, directory, arrivals: arrivalsOf(entries) };
}

function arrivalsOf(entries: Entry[]): ContenderArrival[] {
  const contenders = new Map(ofType(entries, 'trial').map(({ trial, contender }) => [trial, contender]));
  const complete = completeTrials(entries);
  return ofType(entries, 'arrival')
    .filter(({ trial }) => complete.has(trial))
    .map(({ trial, step }) => ({ contender: contenders.get(trial) ?? trial, step }));
}
