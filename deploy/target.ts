import { lookup } from 'node:dns/promises';
import { BenchError } from '../bench/errors.ts';
import { runProgram } from './program.ts';

/** A machine that the system's ssh reaches. */
export interface Target {
  /** What stands after `ssh` on a command line: an alias of the configuration, or [user@]host. */
  destination: string;
  /** A configuration file to take instead of the user's own and the system's. */
  sshConfig?: string | undefined;
}

/** Neither part may begin with "-", which ssh would read as an option, nor hold anything that a shell reads. */
const destinationPattern = /^([a-z0-9_][\w.-]*@)?[a-z0-9_:][\w.:-]*$/i;

/** @throws BenchError */
export function checkDestination(destination: string): void {
  if (destinationPattern.test(destination)) return;
  throw new BenchError(
    'BAD_OPTION',
    `"${destination}" is no ssh destination: give a host, user@host or an alias of ~/.ssh/config, of letters, digits and . _ : -`,
  );
}

/** Words of every ssh command line. Whatever the configuration says of a host, nobody is there to answer a question. */
export function sshWords({ sshConfig }: Target): string[] {
  const options = [
    ...['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=5', 'ServerAliveCountMax=3', 'LogLevel=ERROR'],
    ...['ControlPersist=no', 'RemoteCommand=none', 'RequestTTY=no', 'PermitLocalCommand=no'],
    ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no'],
  ];
  return [...(sshConfig === undefined ? [] : ['-F', sshConfig]), ...options.flatMap((option) => ['-o', option])];
}

/**
 * The address at which clients find the target's servers: of `name`, or of the name that ssh connects to. A number, not
 * a name: on the target itself its own name often stands for a loopback address (Debian's 127.0.1.1).
 *
 * @throws BenchError
 */
export async function findAddress(target: Target, name?: string): Promise<string> {
  const host = name ?? (await configuredHost(target));
  try {
    return (await lookup(host, { order: 'ipv4first' })).address;
  } catch {
    throw new BenchError(
      'BAD_OPTION',
      `the host ${host} has no address here: give the one where clients reach the servers of ${target.destination}`,
    );
  }
}

async function configuredHost(target: Target): Promise<string> {
  const { status, stdout, reason } = await runProgram(['ssh', ...sshWords(target), '-G', '--', target.destination]);
  const host = /^hostname (.+)$/m.exec(stdout)?.[1];
  if (status === 0 && host !== undefined) return host;
  throw new BenchError('PROCESS_FAILED', `ssh does not know how to reach ${target.destination}: ${reason}`);
}
