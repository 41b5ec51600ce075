import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Raise, Sysctl } from '../tune/settings.ts';

/** How to raise a limit that is too low. */
export interface Remedy {
  /** The command, or a sentence where no command can. */
  text: string;
  isCommand: boolean;
  /** Present where `--tune` can raise it. */
  raise?: Raise;
}

/** PID_MAX_LIMIT of a 64-bit kernel (include/linux/threads.h), which refuses more. */
const mostPids = 4_194_304;
/** No range of the kernel may begin below this port (net.ipv4.ip_unprivileged_port_start). */
const lowestPort = 1_024;
const highestPort = 65_535;
export const mostPortsPerAddress = highestPort - lowestPort + 1;

/** The next power of two. It leaves room for other programs, and readers see that it was set on purpose. */
export function roundUp(needed: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, needed)));
}

export function raiseSysctl(
  sysctl: Exclude<Sysctl, 'net.ipv4.ip_local_port_range' | 'net.ipv4.tcp_mem'>,
  needed: number,
): Remedy {
  if (sysctl === 'kernel.pid_max' && needed > mostPids) {
    return noCommand(`ask for fewer clients (--clients): a kernel has at most ${mostPids} threads`);
  }
  const value = String(roundUp(needed));
  return { text: `sudo sysctl -w ${sysctl}=${value}`, isCommand: true, raise: { setting: sysctl, value } };
}

/** Widens the range at its top first, because services listen on ports below it. Undefined when all ports are too few. */
export function widenPorts({ portLow, portHigh }: HostLimits, needed: number): Remedy | undefined {
  if (needed > mostPortsPerAddress) return undefined;
  const high = Math.min(highestPort, Math.max(portHigh, portLow + needed - 1));
  const low = Math.min(portLow, high - needed + 1);
  // The kernel wants ends of different parity (net/ipv4/sysctl_net_ipv4.c), because it gives out odd and even ports apart.
  const value = `${low % 2 === high % 2 && low > lowestPort ? low - 1 : low} ${high}`;
  return {
    text: `sudo sysctl -w net.ipv4.ip_local_port_range="${value}"`,
    isCommand: true,
    raise: { setting: 'net.ipv4.ip_local_port_range', value },
  };
}

/** Raises a limit of the shell that starts the run; on another machine, of every later login. */
export function raiseResource(
  resource: 'nofile' | 'nproc' | 'as',
  value: number | 'unlimited',
  isHere: boolean,
): Remedy {
  return {
    text: isHere
      ? `sudo prlimit --pid $$ --${resource}=${value}:${value}`
      : `echo "$USER hard ${resource} ${value}" | sudo tee -a /etc/security/limits.conf`,
    isCommand: true,
  };
}

/** Raises all three numbers in the kernel's own ratio of 3:4:6 (tcp_init_mem in net/ipv4/tcp.c). */
export function raiseTcpMemory(needed: number): Remedy {
  const most = roundUp(needed);
  const value = `${Math.ceil(most / 2)} ${Math.ceil((most * 2) / 3)} ${most}`;
  return {
    text: `sudo sysctl -w net.ipv4.tcp_mem="${value}"`,
    isCommand: true,
    raise: { setting: 'net.ipv4.tcp_mem', value },
  };
}

/** Raises the limits of the user's systemd slice. */
export const raiseCgroup: Remedy = {
  text: 'sudo systemctl set-property user-$(id -u).slice TasksMax=infinity MemoryMax=infinity # container: --pids-limit, --memory',
  isCommand: true,
};

export function noCommand(sentence: string): Remedy {
  return { text: sentence, isCommand: false };
}
