import type { Config } from '../plan/config.ts';
import { type Observation, type Step, type Symptom, symptoms } from '../record/step.ts';
import { percentAtLeast, short } from '../text/format.ts';

/**
 * A message due this close to the end of a window may be counted on either side of it. With few clients that is one
 * message; with many it is far below the tolerated share.
 */
const edgeMilliseconds = 5;

/** Judges a step by all criteria; it passes when it meets each. Pure. */
export function judge(observation: Observation, config: Config): Step {
  const { criteria, intervalMilliseconds } = config;
  // Without counters from the server there is no window over which to judge the fleet.
  const fleet = observation.serverReported ? fleetReasons(observation, config) : [];
  const isStarved = observation.fleetBusyShare <= criteria.fleetBusyShare && isMachineSaturated(observation);
  // A fleet that is late but not busy, on a saturated machine, was starved of CPU by the server: that is the server's
  // load.
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

/** Busy share of all cores above which the machine is saturated; schedulers leave a small rest idle. */
const saturatedShare = 0.95;

function isMachineSaturated({ machineBusyShare }: Observation): boolean {
  return machineBusyShare !== undefined && machineBusyShare >= saturatedShare;
}

/** Reasons why the fleet was overloaded: then its figures describe the fleet, not the server. */
export function fleetReasons(
  seen: Pick<Observation, 'latenessP99Milliseconds' | 'fleetBusyShare'>,
  { criteria, intervalMilliseconds }: Config,
): string[] {
  const reasons: string[] = [];
  const latenessLimit = criteria.latenessShare * intervalMilliseconds;
  if (seen.latenessP99Milliseconds !== undefined && seen.latenessP99Milliseconds > latenessLimit) {
    reasons.push(
      `the fleet was late: p99 ${short(seen.latenessP99Milliseconds)} ms, allowed ${short(latenessLimit)} ms`,
    );
  }
  if (seen.fleetBusyShare > criteria.fleetBusyShare) {
    reasons.push(
      `the fleet was busy: its loop at ${percentAtLeast(seen.fleetBusyShare)}, allowed ${percentAtLeast(criteria.fleetBusyShare)}`,
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
    reasons.push(
      `${percentAtLeast(parsedShare)} of the messages parsed in time, asked for ${percentAtLeast(criteria.parsedShare)}`,
    );
  }
  const limit = criteria.p99Intervals * interval;
  // Without a pong the latency counts as infinite.
  const p99 = seen.correctedP99Milliseconds ?? Number.POSITIVE_INFINITY;
  if (p99 > limit) {
    const found = Number.isFinite(p99) ? `${short(p99)} ms` : 'unknown (no pong came)';
    reasons.push(`p99 latency ${found}, allowed ${short(limit)} ms`);
  }
  return reasons;
}
