import { Interrupted } from '../errors.ts';
import type { Config } from '../plan/config.ts';
import { planTrials } from '../plan/plan.ts';
import type { Task, TaskOutcome } from '../progress/progress.ts';
import type { Entry } from '../record/record.ts';
import type { BuildContext } from '../trial/context.ts';
import { buildOnceMilliseconds, expectedMilliseconds } from './expect.ts';
import { finishedTrials } from './resume.ts';

export const buildTask = 'build';
export const compileTask = 'build on the target';
export const calibrationTask = 'calibration';

/** All that a comparison does, in order. Pure. @param before what the record of a run that goes on holds. */
export function comparisonTasks(config: Config, earlierEntries: readonly Entry[] = []): Task[] {
  const { phases, compileOnTarget } = config;
  const timed = phases.includes('build') ? expectedMilliseconds(config, 'build') : buildOnceMilliseconds(config);
  const isCalibrated = earlierEntries.some(({ type }) => type === 'calibration');
  const calibration = {
    ...taskOf(calibrationTask, expectedMilliseconds(config, 'calibration')),
    isDoneBefore: isCalibrated,
  };
  return [
    taskOf(buildTask, timed),
    ...(compileOnTarget === true && phases.includes('build') ? [taskOf(compileTask, timed)] : []),
    ...(phases.includes('calibration') ? [calibration] : []),
    ...trialTasks(config, earlierEntries),
  ];
}

function trialTasks(config: Config, earlierEntries: readonly Entry[]): Task[] {
  const finished = finishedTrials(earlierEntries);
  const planned = planTrials(config);
  const first = planned.find(({ id }) => !finished.has(id));
  return planned.map(({ id, phase, contender, number }, index) => ({
    ...taskOf(id, expectedMilliseconds(config, phase)),
    title: [phase, contender, ...(config.trials > 1 ? [`${number} of ${config.trials}`] : [])].join(', '),
    ordinal: `trial ${index + 1} of ${planned.length}`,
    kind: phase,
    contender,
    pauseMilliseconds: id === first?.id ? 0 : config.coolDownMilliseconds,
    isDoneBefore: finished.has(id),
  }));
}

/** One that is of its own kind. */
export function taskOf(id: string, expectedMilliseconds: number): Task {
  return { id, title: id, kind: id, expectedMilliseconds, pauseMilliseconds: 0, isDoneBefore: false };
}

/** Does a task of the plan, and tells when it begins and what became of it. */
export async function asTask<Context extends Pick<BuildContext, 'record' | 'progress'>, Result>(
  context: Context,
  id: string,
  body: (context: Context) => Promise<Result>,
): Promise<Result> {
  const { record, progress } = context;
  const ends: Entry[] = [];
  const watched = {
    append(entry: Entry) {
      record.append(entry);
      if (entry.type === 'trialEnd' || entry.type === 'search') ends.push(entry);
    },
  };
  progress.begin(id);
  let outcome: TaskOutcome = 'failed';
  try {
    const result = await body({ ...context, record: watched });
    outcome = outcomeOf(ends);
    return result;
  } catch (error) {
    if (error instanceof Interrupted) outcome = 'interrupted';
    throw error;
  } finally {
    progress.end(outcome);
  }
}

/** By what a task has recorded. A search that has its result is done, whatever became of its last attempt. Pure. */
export function outcomeOf(entries: readonly Entry[]): TaskOutcome {
  const last = entries.at(-1);
  if (last?.type !== 'trialEnd' || last.outcome === 'complete') return 'done';
  return last.outcome;
}
