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

/** All tasks of a comparison, in order. Pure. @param earlierEntries the record of a run that is resumed. */
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

/** A task with no contender, title and kind equal to its id. */
export function taskOf(id: string, expectedMilliseconds: number): Task {
  return { id, title: id, kind: id, expectedMilliseconds, pauseMilliseconds: 0, isDoneBefore: false };
}

/** Runs `body` as the planned task `id`, and shows its beginning and its outcome. Rethrows what `body` throws. */
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

/** The outcome that a task's entries show. A search with a result is done even if an attempt failed before it. Pure. */
export function outcomeOf(entries: readonly Entry[]): TaskOutcome {
  const last = entries.at(-1);
  if (last?.type !== 'trialEnd' || last.outcome === 'complete') return 'done';
  return last.outcome;
}
