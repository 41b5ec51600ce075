import { join } from 'node:path';
import { fleetEnvironment, fleetNodeOptions } from '../../clients/contract.ts';
import { nodeCommand } from './line-process.ts';

const script = join(import.meta.dirname, '..', '..', 'clients', 'main.ts');

/** A machine that fleet processes run on. */
export interface FleetPlace {
  /** For messages and the record: "here", or the ssh destination. */
  name: string;
  /**
   * Starts one fleet process with its stdin and stdout here; it ends with them. `fleetNodeOptions` and
   * `fleetEnvironment` of clients/contract.ts are the place's to apply.
   */
  command: readonly [program: string, ...words: string[]];
  /** Of the program that is started here, beside that of this process. */
  environment?: NodeJS.ProcessEnv;
  isHere: boolean;
  /** Aborted, with a BenchError as its reason, when another machine cannot be spoken to any more. */
  lost?: AbortSignal;
  /** Resolves when it is known whether it can: a process there may be gone before. Never rejects. */
  probe?(): Promise<void>;
}

/** This machine, which always has its part of the fleet. */
export const fleetHere: FleetPlace = {
  name: 'here',
  command: nodeCommand(script, ...fleetNodeOptions),
  environment: fleetEnvironment,
  isHere: true,
};

/** Where the process of this number, from 0, runs: they take the places in turn. */
export function placeOf(places: readonly FleetPlace[], process: number): FleetPlace {
  return places[process % places.length] ?? fleetHere;
}

/** As the record and the user name them. */
export function furtherPlaces(places: readonly FleetPlace[]): string[] {
  return places.flatMap(({ name, isHere }) => (isHere ? [] : [name]));
}
