import type { FleetPlace } from '../bench/host/fleet-place.ts';
import { fleetEnvironment, fleetNodeOptions } from '../clients/contract.ts';
import { releasePaths } from './layout.ts';
import { deployFleet } from './release.ts';
import { connectMachine } from './remote-machine.ts';
import { shellLine } from './shell.ts';
import { checkDestination, type Target } from './target.ts';

/**
 * A machine that holds a part of the fleet until it is disposed of. Brings what the fleet needs, and keeps the connection.
 * Fleet processes there end with it, as they do here with the harness: what a client saw is told at once, and nothing of
 * it is worth keeping when nobody counts any more. An sshd gives one connection ten sessions as it comes (MaxSessions,
 * sshd_config(5)): nine for processes, and one that holds it.
 *
 * @throws BenchError @throws Interrupted
 */
export async function remotePlace(target: Target, signal: AbortSignal): Promise<FleetPlace & AsyncDisposable> {
  checkDestination(target.destination);
  const machine = await connectMachine(target, signal);
  try {
    const { folder } = await deployFleet(machine, signal);
    const words = [
      ...['env', ...Object.entries(fleetEnvironment).map(([name, value]) => `${name}=${value}`)],
      ...[`${folder}/${releasePaths.node}`, '--disable-warning=ExperimentalWarning', ...fleetNodeOptions],
      `${folder}/${releasePaths.fleet}`,
    ];
    return {
      name: target.destination,
      command: machine.connection.command(`exec ${shellLine(words)}`),
      isHere: false,
      lost: machine.connection.lost,
      probe: () => machine.connection.probe(),
      [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
    };
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}
