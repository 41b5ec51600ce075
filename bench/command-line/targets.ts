import { remotePlace } from '../../deploy/remote-fleet.ts';
import { remoteHost } from '../../deploy/remote-host.ts';
import { checkDestination } from '../../deploy/target.ts';
import { BenchError } from '../errors.ts';
import { localHost } from '../host/agent-host.ts';
import { type FleetPlace, fleetHere } from '../host/fleet-place.ts';
import type { HostOpener } from '../host/host.ts';
import type { Flags } from './options.ts';

/** The machine that servers run on. @throws BenchError @throws Interrupted */
export function targetOf({ target, sshConfig }: Flags, signal: AbortSignal): HostOpener | Promise<HostOpener> {
  return target === undefined ? localHost : remoteHost({ destination: target, sshConfig }, signal);
}

/** All machines of the fleet, this one first, until they are disposed of. @throws BenchError @throws Interrupted */
export async function placesOf({ fleet = [], sshConfig }: Flags, signal: AbortSignal) {
  const ends = new AsyncDisposableStack();
  const all: FleetPlace[] = [fleetHere];
  try {
    for (const destination of fleet) all.push(ends.use(await remotePlace({ destination, sshConfig }, signal)));
  } catch (error) {
    await ends.disposeAsync();
    throw error;
  }
  return { all, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** Words that make no sense together, before anybody is called. @throws BenchError BAD_OPTION */
export function refuseUnfit({ target, sshConfig, serverMemoryMb, compileOnTarget, fleet = [], pin }: Flags): void {
  for (const destination of [target ?? [], fleet].flat()) checkDestination(destination);
  const [other] = fleet.filter((place, index) => place === target || fleet.indexOf(place) !== index);
  if (other !== undefined) {
    throw new BenchError('BAD_OPTION', `--fleet ${other} has a part in this run already: name each machine once`);
  }
  if (target !== undefined && pin === true) {
    throw new BenchError('BAD_OPTION', '--pin is for servers and fleet on one machine: leave it out beside --target');
  }
  if (target !== undefined) return;
  const needs = {
    '--server-memory-mb': serverMemoryMb,
    '--compile-on-target': compileOnTarget,
    '--fleet': fleet[0],
    '--ssh-config': sshConfig,
  };
  const [option] = Object.entries(needs).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined) return;
  throw new BenchError('BAD_OPTION', `${option} is for servers on another machine: name it with --target`);
}

/** Where servers run may have to be said again; what is measured there may not. */
const besideResume = new Set(['resume', 'target', 'sshConfig', 'fleet', 'json', 'quiet']);

export function refuseBesideResume(flags: Flags): void {
  const { resume } = flags;
  if (resume === undefined) return;
  const [other] = Object.keys(flags).filter((name) => !besideResume.has(name));
  if (other === undefined) return;
  const option = `--${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new BenchError('BAD_OPTION', `${option} cannot stand beside --resume ${resume}: the plan is that run's`);
}
