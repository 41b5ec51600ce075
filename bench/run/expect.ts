import { type Config, settleIntervals } from '../plan/config.ts';
import type { PhaseName } from '../plan/names.ts';

/**
 * How long each phase takes, from the plan alone: its windows and pauses, and how many clients a server probably
 * reaches. A rough guess; during a run, progress/estimate.ts replaces it with the times of tasks that have ended.
 */

/** Starts and stops a server and a fleet. */
const startMilliseconds = 2_500;
/** Clients that a server accepts a second: far too low for a fast machine, too high for a small one. */
const clientsPerSecond = 500;
const buildMilliseconds = 1_500;
const executableMilliseconds = 3_000;
/**
 * A window begins and ends with lines of counters, so it lasts up to this many report intervals longer than planned.
 */
const windowIntervals = 1;

/** Milliseconds of one trial of this phase; build and calibration have no trials and count as a whole. Pure. */
export function expectedMilliseconds(config: Config, phase: PhaseName): number {
  return expected[phase](config);
}

/** Milliseconds to build each server once, without timing or sizes. */
export function buildOnceMilliseconds({ contenders }: Config): number {
  return contenders.length * buildMilliseconds;
}

/** Milliseconds to start a server, connect its clients and hold them. */
export function stepMilliseconds(clients: number, holdMilliseconds: number): number {
  return startMilliseconds + connectMilliseconds(clients) + holdMilliseconds;
}

const expected: Record<PhaseName, (config: Config) => number> = {
  build: ({ contenders, buildRuns }) => contenders.length * (buildRuns * buildMilliseconds + executableMilliseconds),
  calibration: (config) => ceilingMilliseconds(config) + stallMilliseconds(config),
  memory: ({ memory, reportMilliseconds }) =>
    stepMilliseconds(memory.clients, memory.idleMilliseconds + memory.warmUpMilliseconds + memory.windowMilliseconds) +
    windowIntervals * reportMilliseconds,
  connected: (config) => searchMilliseconds(config, config.ramp.silentHoldMilliseconds),
  sending: (config) =>
    searchMilliseconds(config, config.ramp.sendingHoldMilliseconds + settleIntervals * config.intervalMilliseconds),
  arrivals: (config) => arrivalsMilliseconds(config.arrivals),
  // Three bursts of requests: a warm-up, one over kept connections, one over new ones.
  https: ({ https, reportMilliseconds }) =>
    startMilliseconds + 3 * Math.max(https.durationMilliseconds, 4 * reportMilliseconds),
};

function connectMilliseconds(clients: number): number {
  return (clients / clientsPerSecond) * 1_000;
}

/** All steps up to the target on one server, then a fresh server for each bisection between two steps. */
function searchMilliseconds({ ramp, reportMilliseconds }: Config, holdMilliseconds: number): number {
  const { clients, steps, growth, bracketShare, limitMilliseconds } = ramp;
  const hold = holdMilliseconds + windowIntervals * reportMilliseconds;
  const up = stepMilliseconds(clients, steps * hold);
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.log(growth) / Math.log(1 + bracketShare))));
  const between = clients / Math.sqrt(growth);
  return Math.min(limitMilliseconds, up + halvings * stepMilliseconds(between, hold));
}

function ceilingMilliseconds({ calibration }: Config): number {
  const { firstClients, growth, mostClients, stepMilliseconds, intervalMilliseconds } = calibration;
  const steps = Math.max(1, 1 + Math.floor(Math.log(mostClients / firstClients) / Math.log(growth)));
  return (
    startMilliseconds + connectMilliseconds(mostClients / 2) + steps * (stepMilliseconds + 3 * intervalMilliseconds)
  );
}

function stallMilliseconds({ calibration, memory, intervalMilliseconds, reportMilliseconds }: Config): number {
  const window = Math.max(
    calibration.stallWindowMilliseconds,
    3 * (calibration.seenStallMilliseconds + intervalMilliseconds),
  );
  return stepMilliseconds(memory.clients, memory.warmUpMilliseconds + window + windowIntervals * reportMilliseconds);
}

/** Current servers keep up with about half of the rising rates; the first rate runs twice, once as a warm-up. */
function arrivalsMilliseconds(arrivals: Config['arrivals']): number {
  const { ratesPerSecond, firstPerSecond, growth, mostPerSecond, leastArrivals, stepMilliseconds } = arrivals;
  const milliseconds = (rate: number) => Math.max(stepMilliseconds, (leastArrivals / rate) * 1_000);
  const given = ratesPerSecond.reduce((sum, rate) => sum + milliseconds(rate), 0);
  if (given > 0) return startMilliseconds + milliseconds(ratesPerSecond[0] ?? firstPerSecond) + given;
  const rising = Math.max(1, 1 + Math.log(Math.max(1, mostPerSecond / firstPerSecond)) / Math.log(growth));
  return (
    startMilliseconds +
    milliseconds(firstPerSecond) +
    (rising / 2) * milliseconds(Math.sqrt(firstPerSecond * mostPerSecond))
  );
}
