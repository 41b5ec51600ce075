import { medianOf } from '../stats/figure.ts';
import type { Task, TaskOutcome } from './progress.ts';

/** A task, and how far it is. */
export type TrackedTask = Task &
  (
    | { state: 'pending' }
    | { state: 'running'; startedAt: number }
    | { state: 'ended'; outcome: TaskOutcome; tookMilliseconds: number }
    | { state: 'done before' }
  );

/**
 * How long a task takes: as those of its phase and contender did that this run has seen, else as those of its phase,
 * else as the plan says. One that broke off tells nothing. Pure.
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

/** The rest of what is at work, and all that comes after it. Never below 0. @param idleSince when the last one ended. */
export function leftMilliseconds(tasks: readonly TrackedTask[], idleSince: number, now: number): number {
  const running = tasks.find(({ state }) => state === 'running');
  const pending = tasks.filter(({ state }) => state === 'pending');
  const ahead = pending.reduce((sum, task) => sum + task.pauseMilliseconds + expectedOf(task, tasks), 0);
  if (running?.state === 'running') return ahead + Math.max(0, expectedOf(running, tasks) - (now - running.startedAt));
  // Then the machine rests before the next one.
  return ahead - Math.min(now - idleSince, pending[0]?.pauseMilliseconds ?? 0);
}
