import type { Counters } from '../work/counters.ts';
import type { WorkSettings } from '../work/settings.ts';

export interface ListenSettings {
  host: string;
  /** 0 asks the kernel for a free one. */
  ports: number[];
  /** Length of the accept queue; the kernel cuts it to net.core.somaxconn. */
  backlog: number;
  /** Of a model that has threads; a connection beyond it is closed at once. */
  maxThreads: number;
  /** Time between two lines of counters. */
  reportMilliseconds: number;
  work: WorkSettings;
}

/** A server that runs: what `main` needs of any concurrency model. */
export interface RunningServer {
  ports: number[];
  limitations: string[];
  counters: Counters;
  /** Used V8 heap of the threads beside the main one, as each last reported it. */
  threadHeapUsedBytes(): number;
  /**
   * Stops accepting, sends 1001 to every session and resolves when all are gone or, at the latest, after
   * `withinMilliseconds`, with the number of connections that had to be cut. Undefined when this model cannot
   * stop in an orderly way here.
   */
  stop(withinMilliseconds: number): Promise<number | undefined>;
  /** Ends the process without waiting for threads, where `process.exit` would wait for each of them. */
  exitNow(status: number): void;
}

export type Model = (settings: ListenSettings) => Promise<RunningServer>;
