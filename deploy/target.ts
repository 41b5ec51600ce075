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

export interface Reach {
  /** At which clients find the target's servers. */
  address: string;
  /** What the servers' certificate must bear: the address, and the name that it was found by. */
  certificateHosts: string[];
}

/** What a certificate can bear; names of a network of one's own may have more. */
const hostName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

/**
 * Where ssh connects to. The address is a number, not a name: on the target itself its own name often stands for a
 * loopback address (Debian's 127.0.1.1).
 *
 * @throws BenchError
 */
export async function findReach(target: Target): Promise<Reach> {
  const host = await configuredHost(target);
  try {
    const { address } = await lookup(host, { order: 'ipv4first' });
    return { address, certificateHosts: [address, ...(host !== address && hostName.test(host) ? [host] : [])] };
  } catch {
    throw new BenchError(
      'BAD_OPTION',
      `the host ${host} of ${target.destination} has no address here: name it by its address, or give that in ~/.ssh/config (HostName)`,
    );
  }
}

async function configuredHost(target: Target): Promise<string> {
  const { status, stdout, reason } = await runProgram(['ssh', ...sshWords(target), '-G', '--', target.destination]);
  const host = /^hostname (.+)$/m.exec(stdout)?.[1];
  if (status === 0 && host !== undefined) return host;
  throw new BenchError('PROCESS_FAILED', `ssh does not know how to reach ${target.destination}: ${reason}`);
}
