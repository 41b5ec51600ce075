import { join } from 'node:path';
import { fleetEnvironment, fleetNodeOptions } from '../../clients/contract.ts';
import { nodeCommand } from './line-process.ts';

const script = join(import.meta.dirname, '..', '..', 'clients', 'main.ts');

/** A machine that fleet processes run on. */
export interface FleetPlace {
  /** Name in messages and in the record: "here", or the ssh destination. */
  name: string;
  /**
   * The command that starts one fleet process with its stdin and stdout here; the process ends with them. It must apply
   * `fleetNodeOptions` and `fleetEnvironment` of clients/contract.ts on that machine.
   */
  command: readonly [program: string, ...words: string[]];
  /** Variables of the program started here, added to those of this process. */
  environment?: NodeJS.ProcessEnv;
  isHere: boolean;
  /** Aborted, with a BenchError as the reason, when the connection to another machine is lost. */
  lost?: AbortSignal;
  /** Resolves when it is known whether the connection is lost; a process there may end earlier. Never rejects. */
  probe?(): Promise<void>;
}

/** This machine, which always runs a part of the fleet. */
export const fleetHere: FleetPlace = {
  name: 'here',
  command: nodeCommand(script, ...fleetNodeOptions),
  environment: fleetEnvironment,
  isHere: true,
};

/** The place of the fleet process with this number, from 0; processes take the places in turn. */
export function placeOf(places: readonly FleetPlace[], process: number): FleetPlace {
  return places[process % places.length] ?? fleetHere;
}

/** Names of the places on other machines, as in the record and on the command line. */
export function furtherPlaces(places: readonly FleetPlace[]): string[] {
  return places.flatMap(({ name, isHere }) => (isHere ? [] : [name]));
}
