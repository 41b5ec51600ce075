import type { FleetPlace } from '../bench/host/fleet-place.ts';
import { fleetEnvironment, fleetNodeOptions } from '../clients/contract.ts';
import { releasePaths } from './layout.ts';
import { deployFleet } from './release.ts';
import { connectMachine } from './remote-machine.ts';
import { shellLine } from './shell.ts';
import { checkDestination, type Target } from './target.ts';

/**
 * A machine that runs a part of the fleet until it is disposed of. Deploys what fleet processes need, and keeps the
 * connection. The processes there end with the connection, as those here end with the harness: a client reports each
 * observation at once, and its samples have no use after the harness has gone. By default sshd allows ten sessions per
 * connection (MaxSessions, sshd_config(5)): nine fleet processes, and the session command of the connection.
 *
 * @throws BenchError BAD_OPTION for a bad destination; PLATFORM for a machine that cannot run the fleet; otherwise as
 * `deployFleet`.
 * @throws Interrupted
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
