import { shuffle } from 'simple-statistics';
import { seededRandom } from '../stats/random.ts';
import type { Config } from './config.ts';
import type { ContenderKey } from './contenders.ts';
import type { PhaseName } from './names.ts';

export interface PlannedTrial {
  /** Unique in a run: "sending-2-async". */
  id: string;
  /** From 1 to the number of trials, for each phase of each contender. */
  number: number;
  phase: Exclude<PhaseName, 'build' | 'calibration'>;
  contender: ContenderKey;
}

/** A planned trial, or a calibration trial, which measures the fleet and no contender. */
export interface AnyTrial extends Omit<PlannedTrial, 'phase'> {
  phase: Exclude<PhaseName, 'build'>;
  /** The search that this trial is an attempt of. */
  search?: string;
}

/**
 * Every trial of a run, in order. All phases of all contenders have their first trial before any has its second, so that
 * drift (heat, other work on the machine) affects all alike. The seed draws the order of the contenders within a phase, and
 * the next trial reverses it: of two contenders each goes first in half of the trials, and the order is unpredictable.
 */
export function planTrials({
  contenders,
  trials,
  phases,
  seed,
}: Pick<Config, 'contenders' | 'trials' | 'phases' | 'seed'>): PlannedTrial[] {
  const random = seededRandom(seed);
  const measured = phases.filter((phase) => phase !== 'build' && phase !== 'calibration');
  const orders = new Map<PhaseName, ContenderKey[]>();
  const planned: PlannedTrial[] = [];
  for (let number = 1; number <= trials; number += 1) {
    for (const phase of measured) {
      const before = orders.get(phase);
      const order = number % 2 === 1 || before === undefined ? shuffle([...contenders], random) : before.toReversed();
      orders.set(phase, order);
      for (const contender of order) planned.push({ id: `${phase}-${number}-${contender}`, number, phase, contender });
    }
  }
  return planned;
}

/**
 * Processes of the fleet: as few as can hold the clients, because each takes CPU time from the server. Each place has the same
 * number, so that every machine has an equal part of the clients.
 */
export function fleetProcesses(clients: number, clientsPerProcess: number, places = 1): number {
  return places * Math.max(1, Math.ceil(clients / places / clientsPerProcess));
}

/**
 * Source addresses of a fleet process. One address has some 28,000 ports towards one server. On loopback any address of
 * 127.0.0.0/8 is free to use, so each of several processes has its own.
 */
export function sourceAddresses(process: number, processes: number, serverAddress: string): string[] {
  if (processes === 1 || !serverAddress.startsWith('127.')) return [];
  return [`127.0.0.${process + 2}`];
}
