import type { ContenderName } from '../servers/contract/contenders.ts';
import type { Config } from './config.ts';
import type { PhaseName } from './profiles.ts';

export interface PlannedTrial {
  /** Unique in a run: "sending-2-async". */
  id: string;
  phase: Exclude<PhaseName, 'build'>;
  contender: ContenderName;
}

/**
 * Every trial of a run, in order. Within each phase the order of the contenders turns from trial to trial, so that
 * none is always measured on the warmer machine.
 */
export function planTrials({
  contenders,
  trials,
  phases,
}: Pick<Config, 'contenders' | 'trials' | 'phases'>): PlannedTrial[] {
  const planned: PlannedTrial[] = [];
  for (let number = 1; number <= trials; number += 1) {
    for (const [index, phase] of phases.entries()) {
      if (phase === 'build') continue;
      const turned = (number + index) % 2 === 1 ? contenders : contenders.toReversed();
      for (const contender of turned) planned.push({ id: `${phase}-${number}-${contender}`, phase, contender });
    }
  }
  return planned;
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
