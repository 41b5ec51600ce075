import { expectedOf, leftMilliseconds, type TrackedTask } from './estimate.ts';
import type { LiveFigures, Task, TaskOutcome } from './progress.ts';

/** Everything that is visible of a run at one moment. */
export interface View {
  current?: { title: string; elapsedMilliseconds: number; expectedMilliseconds: number };
  doing: string | LiveFigures | undefined;
  /** Titles of the tasks after the current one. */
  next: string[];
  elapsedMilliseconds: number;
  /** Absent without a plan. */
  leftMilliseconds?: number;
  warnings: number;
}

/** Tracks the tasks of a run. Callers pass all times, in milliseconds of one clock. */
export class Board {
  readonly #startedAt: number;
  #tasks: TrackedTask[] = [];
  #idleSince: number;
  #doing: string | LiveFigures | undefined = undefined;
  #warnings = 0;

  constructor(now: number) {
    this.#startedAt = now;
    this.#idleSince = now;
  }

  plan(tasks: readonly Task[]): void {
    this.#tasks = tasks.map((task) => ({ ...task, state: task.isDoneBefore ? 'done before' : 'pending' }));
  }

  begin(id: string, now: number): Task | undefined {
    this.#doing = undefined;
    return this.#change(
      (task) => task.id === id,
      (task) => ({ ...task, state: 'running', startedAt: now }),
    );
  }

  /** Ends the running task. @returns it with the time it took; undefined when none runs. */
  end(outcome: TaskOutcome, now: number): (Task & { tookMilliseconds: number }) | undefined {
    this.#doing = undefined;
    this.#idleSince = now;
    const running = this.#tasks.find(({ state }) => state === 'running');
    if (running?.state !== 'running') return undefined;
    const ended = { ...running, state: 'ended' as const, outcome, tookMilliseconds: now - running.startedAt };
    this.#change(
      (task) => task === running,
      () => ended,
    );
    return ended;
  }

  live(doing: string | LiveFigures): void {
    this.#doing = doing;
  }

  warned(): void {
    this.#warnings += 1;
  }

  view(now: number): View {
    const running = this.#tasks.find(({ state }) => state === 'running');
    return {
      ...(running?.state === 'running' && {
        current: {
          title: running.title,
          elapsedMilliseconds: now - running.startedAt,
          expectedMilliseconds: expectedOf(running, this.#tasks),
        },
      }),
      doing: this.#doing,
      next: this.#tasks.filter(({ state }) => state === 'pending').map(({ title }) => title),
      elapsedMilliseconds: now - this.#startedAt,
      ...(this.#tasks.length > 0 && { leftMilliseconds: leftMilliseconds(this.#tasks, this.#idleSince, now) }),
      warnings: this.#warnings,
    };
  }

  #change(isMeant: (task: TrackedTask) => boolean, changed: (task: TrackedTask) => TrackedTask): Task | undefined {
    const index = this.#tasks.findIndex(isMeant);
    const task = this.#tasks[index];
    if (task !== undefined) this.#tasks[index] = changed(task);
    return task;
  }
}
