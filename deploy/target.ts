import { lookup } from 'node:dns/promises';
import { BenchError } from '../bench/errors.ts';
import { runProgram } from './program.ts';

/** A machine that the system's ssh reaches. */
export interface Target {
  /** The argument of `ssh`: [user@]host, or an alias from the ssh configuration. */
  destination: string;
  /** An ssh configuration file that replaces those of the user and of the system. */
  sshConfig?: string | undefined;
}

/** No part may begin with "-", which ssh would read as an option, or contain characters with a meaning in a shell. */
const destinationPattern = /^([a-z0-9_][\w.-]*@)?[a-z0-9_:][\w.:-]*$/i;

/** Refuses a malformed ssh destination. @throws BenchError BAD_OPTION */
export function checkDestination(destination: string): void {
  if (destinationPattern.test(destination)) return;
  throw new BenchError(
    'BAD_OPTION',
    `"${destination}" is no ssh destination: give a host, user@host or an alias from ~/.ssh/config, with only letters, digits and . _ : -`,
  );
}

/** Options of every ssh command. They override the user's configuration, so that ssh never asks a question. */
export function sshOptions({ sshConfig }: Target): string[] {
  const options = [
    ...['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=5', 'ServerAliveCountMax=3', 'LogLevel=ERROR'],
    ...['ControlPersist=no', 'RemoteCommand=none', 'RequestTTY=no', 'PermitLocalCommand=no'],
    ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no'],
  ];
  return [...(sshConfig === undefined ? [] : ['-F', sshConfig]), ...options.flatMap((option) => ['-o', option])];
}

export interface TargetAddress {
  /** The numeric address that clients connect to. */
  address: string;
  /** The hosts that the servers' certificate must hold: the address, and the name that it was looked up by. */
  certificateHosts: string[];
}

/** Host names that a certificate can hold; names in a private network may have other characters. */
const certifiableName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

/**
 * Resolves the host that ssh connects to. The result is a numeric address, because on the target itself its name often
 * stands for a loopback address (127.0.1.1 on Debian).
 *
 * @throws BenchError BAD_OPTION when the host has no address; PROCESS_FAILED when ssh refuses the destination.
 */
export async function resolveAddress(target: Target): Promise<TargetAddress> {
  const host = await configuredHost(target);
  try {
    const { address } = await lookup(host, { order: 'ipv4first' });
    return { address, certificateHosts: [address, ...(host !== address && certifiableName.test(host) ? [host] : [])] };
  } catch {
    throw new BenchError(
      'BAD_OPTION',
      `this machine finds no address for the host ${host} of ${target.destination}: give its address, or set HostName in ~/.ssh/config`,
    );
  }
}

async function configuredHost(target: Target): Promise<string> {
  const { status, stdout, reason } = await runProgram(['ssh', ...sshOptions(target), '-G', '--', target.destination]);
  const host = /^hostname (.+)$/m.exec(stdout)?.[1];
  if (status === 0 && host !== undefined) return host;
  throw new BenchError('PROCESS_FAILED', `ssh does not know how to reach ${target.destination}: ${reason}`);
}
