import type { ContenderName } from '../servers/contract/contenders.ts';
import type { Config } from './config.ts';
import type { PhaseName } from './record.ts';

export interface PlannedTrial {
  /** Unique in a run: "sending-ramp-2-async". */
  id: string;
  phase: PhaseName;
  contender: ContenderName;
}

/**
 * Every trial of a run, in order. Within each phase the order of the contenders turns from trial to trial, so that
 * none is always measured on the warmer machine.
 */
export function planTrials({ contenders, trials }: Pick<Config, 'contenders' | 'trials'>): PlannedTrial[] {
  const planned: PlannedTrial[] = [];
  for (let number = 1; number <= trials; number += 1) {
    for (const [index, phase] of (['memory', 'silent-ramp', 'sending-ramp'] as const).entries()) {
      const turned = (number + index) % 2 === 1 ? contenders : contenders.toReversed();
      for (const contender of turned) planned.push({ id: `${phase}-${number}-${contender}`, phase, contender });
    }
  }
  return planned;
}

/**
 * The numbers of clients at which a ramp is held: `steps` equal ones up to the target, and before the first of them a
 * quarter and a half of it, so that a small limit is not passed over. A single step is the target and nothing else.
 */
export function rampSteps(target: number, steps: number): number[] {
  const small = steps > 1 ? [1 / 4, 1 / 2] : [];
  const fractions = [...small, ...Array.from({ length: steps }, (_, index) => index + 1)];
  return [...new Set(fractions.map((fraction) => Math.max(1, Math.round((fraction / steps) * target))))];
}

/** Processes of the fleet: as few as hold the clients, for each takes cores away from what is measured. */
export function fleetProcesses(clients: number, clientsPerProcess: number): number {
  return Math.max(1, Math.ceil(clients / clientsPerProcess));
}

/**
 * Source addresses of each fleet process. One address has some 28,000 ports towards one server; on loopback every
 * address of 127.0.0.0/8 is ours to use, so from the second process on each has its own.
 */
export function sourceAddresses(process: number, processes: number, serverAddress: string): string[] {
  if (processes === 1 || !serverAddress.startsWith('127.')) return [];
  return [`127.0.0.${process + 2}`];
}
