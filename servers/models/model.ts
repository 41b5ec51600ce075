import type { Counters } from '../work/counters.ts';
import type { WorkSettings } from '../work/settings.ts';

export interface ListenSettings {
  host: string;
  /** 0 asks the kernel for a free port. */
  ports: number[];
  /** Length of the accept queue; the kernel cuts it to net.core.somaxconn. */
  backlog: number;
  /** Most threads of a model that has threads; a connection beyond them is closed at once. */
  maxThreads: number;
  /** Time between two lines of counters. */
  reportMilliseconds: number;
  work: WorkSettings;
}

/** A running server, as `main` sees any concurrency model. */
export interface RunningServer {
  ports: number[];
  limitations: string[];
  counters: Counters;
  /** Used V8 heap of all threads except the main one, as each last reported it. */
  threadHeapUsedBytes(): number;
  /**
   * Stops accepting, sends 1001 to every session and resolves when all are gone or, at the latest, after
   * `withinMilliseconds`.
   *
   * @returns number of connections that had to be cut; undefined when this model cannot stop in order on this machine.
   */
  stop(withinMilliseconds: number): Promise<number | undefined>;
  /** Ends the process without waiting for threads, where `process.exit` would wait for each of them. */
  exitNow(status: number): void;
}

export type Model = (settings: ListenSettings) => Promise<RunningServer>;
