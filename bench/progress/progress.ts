import type { ContenderKey } from '../plan/contenders.ts';

/** One part of a run, known from the plan before the run begins. */
export interface Task {
  /** Unique in a run. */
  id: string;
  /** "memory, async, 2 of 4". */
  title: string;
  /** "trial 3 of 20"; absent when the task is not a trial. */
  ordinal?: string;
  /** Tasks of one kind, and even more so of one contender, take about the same time. */
  kind: string;
  contender?: ContenderKey;
  /** A guess from the plan alone. */
  expectedMilliseconds: number;
  /** Pause before the task, in which the machine rests. */
  pauseMilliseconds: number;
  /** True when the run was resumed and its record already holds this task. */
  isDoneBefore: boolean;
}

export const outcomes = ['done', 'failed', 'void', 'interrupted'] as const;
export type TaskOutcome = (typeof outcomes)[number];

/** Current figures of a server and its fleet; unknown ones are absent. */
export interface LiveFigures {
  clients: number;
  clientsAsked?: number;
  newClientsPerSecond?: number;
  messagesPerSecond?: number;
  /** Recent latency, from when a message was due to its pong. */
  p99Milliseconds?: number;
  /** Cores that the server uses: 1 is one core. */
  cpuCores?: number;
  rssBytes?: number;
}

/** Shows a run to the person who watches it. Everything goes to stderr, so that stdout holds only results. */
export interface Progress {
  /** Sets all tasks of the run, in order, including those done before. */
  plan(tasks: readonly Task[]): void;
  /** A planned task begins; no other task runs. */
  begin(id: string): void;
  /** The running task has ended. */
  end(outcome: TaskOutcome): void;
  /** Shows a permanent line: an intermediate result, or a step that is not a task. */
  phase(text: string): void;
  /** Replaces the live line. */
  live(doing: string | LiveFigures): void;
  warn(text: string): void;
  /** Shows lines unchanged, such as a table. */
  show(text: string): void;
  close(): void;
}
