import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, measureBundle, measureExecutable } from './build.ts';
import { BenchError } from './errors.ts';
import { planTrials } from './plan.ts';
import { readRecord, unwritable } from './record.ts';
import { renderMarkdown } from './report/markdown.ts';
import { inRun, type Run, type RunOptions } from './run.ts';
import { type Summary, summarize } from './summary.ts';
import { memoryTrial } from './trial/memory.ts';
import { rampTrial } from './trial/ramp.ts';
import { runTrial } from './trial/trial.ts';

export interface CompareResult {
  summary: Summary;
  /** The run's own folder, with record.jsonl, summary.json and table.md. */
  directory: string;
}

/** The whole story: build, then every trial, then the report. */
export async function compare(options: RunOptions): Promise<CompareResult> {
  const directory = await inRun(options, async (run) => {
    await buildPhase(run);
    await trialPhase(run);
  });
  return report(directory);
}

/** Builds each contender from clean, several times, and weighs what came out, which is what will be started. */
async function buildPhase({ config, progress, record, bundleDirectory, signal }: Run): Promise<void> {
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
    if (planned.phase === 'memory') {
      await runTrial(run, planned, config.memory.clients, memoryTrial);
    } else {
      const sending = planned.phase === 'sending-ramp';
      await runTrial(run, planned, config.ramp.clients, (trial) => rampTrial(trial, sending));
    }
  }
}

/** Makes everything that is computed, from the record alone. @throws BenchError */
export async function report(directory: string): Promise<CompareResult> {
  const summary = summarize(await readRecord(directory));
  try {
    await writeFile(join(directory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    await writeFile(join(directory, 'table.md'), renderMarkdown(summary));
  } catch (error) {
    throw unwritable(directory, error);
  }
  return { summary, directory };
}
