import type { ContenderKey } from '../plan/contenders.ts';

/** One part of a run, known from the plan before the first of them begins. */
export interface Task {
  /** Unique in a run. */
  id: string;
  /** "memory, async, 2 of 4". */
  title: string;
  /** Which trial of the run it is: "trial 3 of 20". Absent when it is none. */
  ordinal?: string;
  /** Tasks of one kind take about as long as each other, and those of one contender still more so. */
  kind: string;
  contender?: ContenderKey;
  /** By the plan alone. */
  expectedMilliseconds: number;
  /** Rest of the machine before it. */
  pauseMilliseconds: number;
  /** By whoever began the run that is gone on with. */
  isDoneBefore: boolean;
}

export const outcomes = ['done', 'failed', 'void', 'interrupted'] as const;
export type TaskOutcome = (typeof outcomes)[number];

/** What a server and its fleet do now. What is not known is absent. */
export interface LiveFigures {
  clients: number;
  clientsAsked?: number;
  newClientsPerSecond?: number;
  messagesPerSecond?: number;
  /** Message due to pong, lately. */
  p99Milliseconds?: number;
  /** Of the server: 1 is one core. */
  cpuCores?: number;
  rssBytes?: number;
}

/** What a person watching is told; all of it goes to stderr, so that stdout holds the results alone. */
export interface Progress {
  /** Everything that the run will do, in order, and what of it was done before. */
  plan(tasks: readonly Task[]): void;
  /** A task of the plan begins, and none is at work. */
  begin(id: string): void;
  /** The task at work has ended. */
  end(outcome: TaskOutcome): void;
  /** Something to keep in sight: a result on the way, or a step that is no task. */
  phase(text: string): void;
  /** What is going on right now, in place of what was before. */
  live(doing: string | LiveFigures): void;
  warn(text: string): void;
  /** Lines as they are: a table. */
  show(text: string): void;
  close(): void;
}
