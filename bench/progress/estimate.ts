import { medianOf } from '../stats/figure.ts';
import type { Task, TaskOutcome } from './progress.ts';

/** A task and its state. Times are in milliseconds of the board's clock. */
export type TrackedTask = Task &
  (
    | { state: 'pending' }
    | { state: 'running'; startedAt: number }
    | { state: 'ended'; outcome: TaskOutcome; tookMilliseconds: number }
    | { state: 'done before' }
  );

/**
 * Expected milliseconds of a task: the median of this run's ended tasks of the same phase and contender, else of the
 * same phase, else the plan's guess. Failed and interrupted tasks do not count. Pure.
 */
export function expectedOf(task: Task, tasks: readonly TrackedTask[]): number {
  const alike = tasks.flatMap((other) =>
    other.kind === task.kind && other.state === 'ended' && (other.outcome === 'done' || other.outcome === 'void')
      ? [other]
      : [],
  );
  const closest = alike.filter(({ contender }) => contender === task.contender);
  const took = (seen: typeof alike) => medianOf(seen.map(({ tookMilliseconds }) => tookMilliseconds));
  return took(closest) ?? took(alike) ?? task.expectedMilliseconds;
}

/**
 * Milliseconds for the rest of the running task and all pending ones; at least 0.
 *
 * @param idleSince end of the last task
 */
export function leftMilliseconds(tasks: readonly TrackedTask[], idleSince: number, now: number): number {
  const running = tasks.find(({ state }) => state === 'running');
  const pending = tasks.filter(({ state }) => state === 'pending');
  const ahead = pending.reduce((sum, task) => sum + task.pauseMilliseconds + expectedOf(task, tasks), 0);
  if (running?.state === 'running') return ahead + Math.max(0, expectedOf(running, tasks) - (now - running.startedAt));
  // No task runs: the machine rests before the next one.
  return ahead - Math.min(now - idleSince, pending[0]?.pauseMilliseconds ?? 0);
}
