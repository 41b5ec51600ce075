import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arrivalsTrial } from './arrivals/arrivals.ts';
import { build, measureBundle, measureExecutable } from './build.ts';
import { BenchError } from './errors.ts';
import { httpsTrial } from './https/https.ts';
import { type PlannedTrial, planTrials } from './plan.ts';
import { type Entry, readRecord, unwritable } from './record.ts';
import type { ContenderArrival } from './report/arrivals.ts';
import { renderMarkdown } from './report/markdown.ts';
import { inRun, type Run, type RunOptions, type Workshop } from './run.ts';
import { search } from './search/search.ts';
import { ofType, type Summary, summarize } from './summary.ts';
import { memoryTrial } from './trial/memory.ts';
import { runTrial } from './trial/trial.ts';

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

/** Servers to start, and nothing to report of them. */
export async function buildOnce({ config, progress, bundleDirectory, signal }: Workshop): Promise<void> {
  for (const contender of config.contenders) {
    progress.live(`build: ${contender}`);
    await build(contender, join(bundleDirectory, contender), signal);
  }
}

/** Builds each contender from clean, several times, and weighs what came out, which is what will be started. */
async function buildPhase({ config, progress, record, bundleDirectory, signal }: Workshop): Promise<void> {
  for (let run = 1; run <= config.buildRuns; run += 1) {
    for (const contender of config.contenders) {
      progress.live(`build ${run} of ${config.buildRuns}: ${contender}`);
      record.append({
        type: 'build',
        contender,
        ...(await build(contender, join(bundleDirectory, contender), signal)),
      });
    }
  }
  for (const contender of config.contenders) {
    progress.live(`single executable: ${contender}`);
    const folder = join(bundleDirectory, contender);
    const sizes = await measureBundle(contender, folder);
    const executable = await executableBytes(() => measureExecutable(contender, folder, signal));
    record.append({ type: 'bundle', contender, ...sizes, ...executable });
  }
  progress.phase(`built ${config.contenders.join(' and ')}, ${config.buildRuns} times each`);
}

/** A machine that cannot make a single executable still compares everything else. */
async function executableBytes(measure: () => Promise<number>) {
  try {
    return { executableBytes: await measure() };
  } catch (error) {
    if (error instanceof BenchError) return { executableFailure: error.message };
    throw error;
  }
}

async function trialPhase(run: Run): Promise<void> {
  const { config, progress } = run;
  const trials = planTrials(config);
  for (const [index, planned] of trials.entries()) {
    progress.phase(`trial ${index + 1} of ${trials.length}: ${planned.phase}, ${planned.contender}`);
    await measure[planned.phase](run, planned);
  }
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
  try {
    await writeFile(join(directory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    await writeFile(join(directory, 'table.md'), renderMarkdown(summary));
  } catch (error) {
    throw unwritable(directory, error);
  }
  return { summary, directory, arrivals: arrivalsOf(entries) };
}

function arrivalsOf(entries: Entry[]): ContenderArrival[] {
  const contenders = new Map(ofType(entries, 'trial').map(({ trial, contender }) => [trial, contender]));
  return ofType(entries, 'arrival').map(({ trial, step }) => ({ contender: contenders.get(trial) ?? trial, step }));
}
