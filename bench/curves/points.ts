import type { ContenderKey } from '../plan/contenders.ts';
import type { PhaseName } from '../plan/names.ts';
import type { Step } from '../record/step.ts';

/** The curves of a record, which charts draw and tables have no room for. Units stand in the names. */
export interface Curves {
  rampMemory: RampMemory[];
  latencies: LatencyCurve[];
  timelines: RampTimeline[];
}

/** Resident set against clients, for one contender in one phase. */
export interface RampMemory {
  contender: ContenderKey;
  phase: Extract<PhaseName, 'connected' | 'sending'>;
  /** One list of points per search, sorted by clients. */
  trials: MemoryPoint[][];
}

export interface MemoryPoint {
  clients: number;
  rssBytes: number;
}

/** Latencies of every complete memory trial of one contender, together. */
export interface LatencyCurve {
  contender: ContenderKey;
  /** The number of timed messages. */
  count: number;
  /** Latencies since a message was due. */
  corrected: LatencyPoint[];
  /** The number of messages in `uncorrected`, which lacks those that never left. */
  uncorrectedCount: number;
  /** Latencies since a message was sent. */
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
  /** The name in the record, such as "sending-1-async/1". */
  trial: string;
  points: TimelinePoint[];
  steps: TimelineStep[];
  /** What ended the attempt. */
  cause: string | undefined;
}

/** A value that is unknown at this moment is absent. */
export interface TimelinePoint {
  /** Seconds since the server started. */
  seconds: number;
  clients?: number;
  messagesPerSecond?: number;
  /** CPU time of the server's process: 1 is one core. */
  cpuCores?: number;
  rssBytes?: number;
  /** The delay of the loop that accepts connections: p99 in the last report, or the lateness of the report if that is more. */
  loopDelayMilliseconds?: number;
}

export interface TimelineStep {
  fromSeconds: number;
  toSeconds: number;
  clients: number;
  verdict: Step['verdict'];
  reasons: string[];
}
