import { z } from 'zod';
import type { Config } from '../plan/config.ts';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

/** What was seen in one step of a ramp: clients asked for, brought up, held, and then judged. */
export const observationSchema = z.object({
  sending: z.boolean(),
  clientsRequested: count,
  /** Open at the end of the hold, as the fleet saw it. */
  clientsOpen: count,
  /** Sessions lost during the hold, or since the step before. */
  clientsLost: count,
  /** Connections that could not be opened, by kind, in this step. */
  connectFailures: z.record(z.string(), count),
  /** Opened in this step, and the time from the first attempt to the last upgrade. */
  connectionsOpened: count,
  connectMilliseconds: milliseconds,
  /** TCP connect to upgrade. */
  connectP99Milliseconds: milliseconds.optional(),
  holdMilliseconds: milliseconds,
  /** Messages that came due and were written in the hold, as the fleet counted them. */
  messagesScheduled: count,
  messagesSent: count,
  /** Messages due and parsed between two lines of the server's counters: clients open times intervals, and its count. */
  messagesDue: z.number().nonnegative(),
  messagesParsed: count,
  /** Message to pong; absent when nothing was sent. */
  correctedP50Milliseconds: milliseconds.optional(),
  correctedP99Milliseconds: milliseconds.optional(),
  correctedMaxMilliseconds: milliseconds.optional(),
  uncorrectedP99Milliseconds: milliseconds.optional(),
  latenessP99Milliseconds: milliseconds.optional(),
  /** Messages sent, of those that the fleet could send to a server that reads and discards. */
  fleetCeilingShare: z.number().nonnegative().optional(),
  /** Of the busiest fleet process. */
  fleetBusyShare: z.number(),
  /** Of all cores, at the end of the hold; only where servers and fleet share them. */
  machineBusyShare: z.number().optional(),
  /** The server's counters came at the start and at the end of the hold. */
  serverReported: z.boolean(),
  serverRssBytes: count.optional(),
  serverCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
  fleetCpuMicrosecondsPerMessage: z.number().nonnegative().optional(),
});

export type Observation = z.infer<typeof observationSchema>;

export const verdicts = ['passed', 'failed', 'void'] as const;

/** What a cause has to explain: in which way a step failed. */
export const symptoms = ['connections', 'reports', 'messages'] as const;
export type Symptom = (typeof symptoms)[number];

export const stepSchema = z.object({
  observation: observationSchema,
  /** `void`: the fleet, not the server, was at its limit; the step says nothing about the server. */
  verdict: z.enum(verdicts),
  /** Each criterion that was not met, as a sentence; empty when the step passed. */
  reasons: z.array(z.string()),
  /** Of a step that failed: clients missing or lost, no word from the server, or messages late or not parsed. */
  symptoms: z.array(z.enum(symptoms)),
});

export type Step = z.infer<typeof stepSchema>;

/**
 * A message due this close to the end of a window may be counted on either side of it. That is one message of few
 * clients, and far below the share asked for of many.
 */
const edgeMilliseconds = 5;

/** The criteria, all of them. A step passes when there is nothing to say against it. */
export function judge(observation: Observation, config: Config): Step {
  const { criteria, intervalMilliseconds } = config;
  // Without a word from the server there is no window to measure the fleet in.
  const fleet = observation.serverReported ? fleetReasons(observation, config) : [];
  const isStarved = observation.fleetBusyShare <= criteria.fleetBusyShare && isMachineSaturated(observation);
  // A fleet that is late although it has little to do was kept from the cores, and there the server is the only other.
  if (fleet.length > 0 && !isStarved) return { observation, verdict: 'void', reasons: fleet, symptoms: [] };
  const found: Record<Symptom, string[]> = {
    connections: connectionReasons(observation),
    reports: observation.serverReported ? [] : ['the server reported nothing any more'],
    messages: fleet.map((reason) => `${reason}, with all cores taken`),
  };
  if (observation.sending) found.messages.push(...messageReasons(observation, criteria, intervalMilliseconds));
  const shown = symptoms.filter((symptom) => found[symptom].length > 0);
  return {
    observation,
    verdict: shown.length === 0 ? 'passed' : 'failed',
    reasons: shown.flatMap((symptom) => found[symptom]),
    symptoms: shown,
  };
}

/** All cores busy, but for a rest that no scheduler hands out. */
const saturatedShare = 0.95;

function isMachineSaturated({ machineBusyShare }: Observation): boolean {
  return machineBusyShare !== undefined && machineBusyShare >= saturatedShare;
}

/** What there is to say against the fleet: beyond these, what it measured is its own. */
export function fleetReasons(
  seen: Pick<Observation, 'latenessP99Milliseconds' | 'fleetBusyShare'>,
  { criteria, intervalMilliseconds }: Config,
): string[] {
  const reasons: string[] = [];
  const latenessLimit = criteria.latenessShare * intervalMilliseconds;
  if (seen.latenessP99Milliseconds !== undefined && seen.latenessP99Milliseconds > latenessLimit) {
    reasons.push(
      `the fleet was late: p99 ${round(seen.latenessP99Milliseconds)} ms, allowed ${round(latenessLimit)} ms`,
    );
  }
  if (seen.fleetBusyShare > criteria.fleetBusyShare) {
    reasons.push(
      `the fleet was busy: its loop at ${percent(seen.fleetBusyShare)}, allowed ${percent(criteria.fleetBusyShare)}`,
    );
  }
  return reasons;
}

function connectionReasons(seen: Observation): string[] {
  const reasons: string[] = [];
  if (seen.clientsOpen < seen.clientsRequested) {
    const kinds = Object.entries(seen.connectFailures).map(([kind, number]) => `${number} ${kind}`);
    const why = kinds.length > 0 ? ` (${kinds.join(', ')})` : '';
    reasons.push(`${seen.clientsOpen} of ${seen.clientsRequested} clients connected${why}`);
  }
  if (seen.clientsLost > 0) reasons.push(`${seen.clientsLost} clients lost`);
  return reasons;
}

function messageReasons(seen: Observation, criteria: Config['criteria'], interval: number): string[] {
  const reasons: string[] = [];
  const edge = Math.ceil((seen.clientsOpen * edgeMilliseconds) / interval);
  if (seen.messagesDue === 0 || seen.messagesParsed + edge < criteria.parsedShare * seen.messagesDue) {
    const parsedShare = seen.messagesDue === 0 ? 0 : seen.messagesParsed / seen.messagesDue;
    reasons.push(`${percent(parsedShare)} of the messages parsed in time, asked for ${percent(criteria.parsedShare)}`);
  }
  const limit = criteria.p99Intervals * interval;
  // No pong at all is no proof of speed.
  const p99 = seen.correctedP99Milliseconds ?? Number.POSITIVE_INFINITY;
  if (p99 > limit) {
    const found = Number.isFinite(p99) ? `${round(p99)} ms` : 'not to be had: no pong came';
    reasons.push(`p99 latency ${found}, allowed ${round(limit)} ms`);
  }
  return reasons;
}

function round(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function percent(share: number): string {
  // Rounded down, so that 98.99 % never reads as the 99 % it misses.
  return `${Math.floor(share * 1_000) / 10} %`;
}
