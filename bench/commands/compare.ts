import { buildOnce, buildPhase, compilePhase } from '../build/phase.ts';
import { arrivalsTrial } from '../phases/arrivals.ts';
import { calibrate } from '../phases/calibrate.ts';
import { httpsTrial } from '../phases/https.ts';
import { memoryTrial } from '../phases/memory.ts';
import { search } from '../phases/search/search.ts';
import { type PlannedTrial, planTrials } from '../plan/plan.ts';
import { completeTrials, ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import type { ContenderArrival } from '../report/arrivals.ts';
import { finishedTrials } from '../run/resume.ts';
import { executeRun, type RunOptions } from '../run/run.ts';
import { asTask, buildTask, calibrationTask, comparisonTasks, compileTask } from '../run/tasks.ts';
import type { Summary } from '../summary/summary.ts';
import type { Run } from '../trial/context.ts';
import { pause, runTrial } from '../trial/trial.ts';

export interface CompareResult {
  summary: Summary;
  /** The run's own folder, with its record and published files. */
  directory: string;
  /** All steps of complete arrivals trials. */
  arrivals: ContenderArrival[];
}

/**
 * Runs a comparison: builds, all trials, and the published files.
 *
 * @throws BenchError RECORD_UNREADABLE, RESULTS_NOT_WRITABLE; failures of the run itself only end its record
 */
export async function compare(options: RunOptions): Promise<CompareResult> {
  const { config, progress, unfinished } = options;
  progress.plan(comparisonTasks(config, unfinished?.entries));
  const build = config.phases.includes('build') ? buildPhase : buildOnce;
  const directory = await executeRun(options, {
    build: (context) => asTask(context, buildTask, build),
    measure: trialPhase,
  });
  progress.live('drawing the charts');
  // Loading the charts takes half a second, so it waits until the measurements are over.
  const { publishMeasured } = await import('../publish/publish.ts');
  const { summary, entries } = await publishMeasured(directory, progress);
  return { summary, directory, arrivals: arrivalsOf(entries) };
}

async function trialPhase(run: Run): Promise<void> {
  const { phases, compileOnTarget } = run.config;
  if (phases.includes('build') && compileOnTarget === true) await asTask(run, compileTask, compilePhase);
  const calibrated = { ...run, fleetCeiling: await fleetCeiling(run) };
  const { config, progress } = calibrated;
  const finished = finishedTrials(run.earlierEntries);
  let isFirst = true;
  for (const planned of planTrials(config)) {
    if (finished.has(planned.id)) continue;
    if (!isFirst) {
      progress.live('cooling down');
      await pause(config.coolDownMilliseconds, run.signal);
    }
    isFirst = false;
    await asTask(calibrated, planned.id, (watched) => measure[planned.phase](watched, planned));
  }
}

/** Messages a second that one fleet process can send: from the record of a resumed run, or measured now. */
async function fleetCeiling(run: Run): Promise<number | undefined> {
  if (!run.config.phases.includes('calibration')) return undefined;
  const { fleet } = ofType(run.earlierEntries, 'calibration')[0] ?? (await asTask(run, calibrationTask, calibrate));
  return 'messagesPerSecond' in fleet ? fleet.messagesPerSecond : undefined;
}

/** Arriving clients leave at once, so a fleet of one process is enough. */
const arrivingClients = 1;

const measure: Record<PlannedTrial['phase'], (run: Run, planned: PlannedTrial) => Promise<unknown>> = {
  memory: (run, planned) => runTrial(run, planned, run.config.memory.clients, memoryTrial),
  connected: (run, planned) => search(run, planned, false),
  sending: (run, planned) => search(run, planned, true),
  arrivals: (run, planned) => runTrial(run, planned, arrivingClients, arrivalsTrial),
  https: (run, planned) => runTrial(run, planned, arrivingClients, httpsTrial),
};

function arrivalsOf(entries: Entry[]): ContenderArrival[] {
  const contenders = new Map(ofType(entries, 'trial').map(({ trial, contender }) => [trial, contender]));
  const complete = completeTrials(entries);
  return ofType(entries, 'arrival')
    .filter(({ trial }) => complete.has(trial))
    .map(({ trial, step }) => ({ contender: contenders.get(trial) ?? trial, step }));
}
