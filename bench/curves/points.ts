import type { ContenderKey } from '../plan/contenders.ts';
import type { PhaseName } from '../plan/names.ts';
import type { Step } from '../record/step.ts';

/** What a chart draws and a table cannot hold, cut out of a record. Units stand in the names. */
export interface Curves {
  rampMemory: RampMemory[];
  latencies: LatencyCurve[];
  timelines: RampTimeline[];
}

/** Resident set against clients, of one contender in one phase. */
export interface RampMemory {
  contender: ContenderKey;
  phase: Extract<PhaseName, 'connected' | 'sending'>;
  /** One list of points a search; sorted by clients. */
  trials: MemoryPoint[][];
}

export interface MemoryPoint {
  clients: number;
  rssBytes: number;
}

/** Latencies of every complete memory trial of one contender, together. */
export interface LatencyCurve {
  contender: ContenderKey;
  /** Timed messages. */
  count: number;
  /** From when a message was due. */
  corrected: LatencyPoint[];
  /** Of the next one, where those that never left are not in. */
  uncorrectedCount: number;
  /** From when it was sent. */
  uncorrected: LatencyPoint[];
}

/** @property percentile 0 to 100; the last point is the maximum, at 100. */
export interface LatencyPoint {
  percentile: number;
  milliseconds: number;
}

/** The first attempt of one search, second by second. */
export interface RampTimeline {
  contender: ContenderKey;
  phase: Extract<PhaseName, 'connected' | 'sending'>;
  /** As in the record: "sending-1-async/1". */
  trial: string;
  points: TimelinePoint[];
  steps: TimelineStep[];
  /** What ended it. */
  cause: string | undefined;
}

/** What is not known at a moment is absent. */
export interface TimelinePoint {
  /** Since the server was started. */
  seconds: number;
  clients?: number;
  messagesPerSecond?: number;
  /** Of the server's process: 1 is one core. */
  cpuCores?: number;
  rssBytes?: number;
  /** Of the loop that accepts connections: p99 in the last report, or how late the report came if that is more. */
  loopDelayMilliseconds?: number;
}

export interface TimelineStep {
  fromSeconds: number;
  toSeconds: number;
  clients: number;
  verdict: Step['verdict'];
  reasons: string[];
}
