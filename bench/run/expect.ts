import { type Config, settleIntervals } from '../plan/config.ts';
import type { PhaseName } from '../plan/names.ts';

/**
 * How long each phase takes, by the plan: what it holds and waits for, and how far a server may be expected to come.
 * Rough at best, and put right by what a run has seen of its own.
 */

/** A fresh server and a fresh fleet, and their end. */
const startMilliseconds = 2_500;
/** Of the clients that a server accepts: a good deal below what it can on a fast machine, above it on a small one. */
const clientsPerSecond = 500;
const buildMilliseconds = 1_500;
const executableMilliseconds = 3_000;
/** Between what was asked for and the lines of counters that a window begins and ends with. */
const windowIntervals = 1;

/** One trial of this phase; of build and calibration the whole. Pure. */
export function expectedMilliseconds(config: Config, phase: PhaseName): number {
  return expected[phase](config);
}

/** Servers that are built, and neither timed nor weighed. */
export function buildOnceMilliseconds({ contenders }: Config): number {
  return contenders.length * buildMilliseconds;
}

/** A fresh server whose clients are brought up, and held. */
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
  // One that does not count, over kept connections, over new ones.
  https: ({ https, reportMilliseconds }) =>
    startMilliseconds + 3 * Math.max(https.durationMilliseconds, 4 * reportMilliseconds),
};

function connectMilliseconds(clients: number): number {
  return (clients / clientsPerSecond) * 1_000;
}

/** Steps on one server to the target, then one server for each halving of what lies between two steps. */
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

/** Of rising rates, servers of today come through about half; the first one is done twice. */
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
