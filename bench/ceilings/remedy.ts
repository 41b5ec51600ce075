import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Raise, Sysctl } from '../tune/settings.ts';

/** How a limit that is too low is lifted. */
export interface Remedy {
  /** The command, or a sentence where no command can. */
  text: string;
  isCommand: boolean;
  /** Present where `--tune` can do it. */
  raise?: Raise;
}

/** PID_MAX_LIMIT of a 64-bit kernel (include/linux/threads.h): more is refused. */
const mostPids = 4_194_304;
/** Below lie the ports that the kernel lets no range begin in (net.ipv4.ip_unprivileged_port_start). */
const lowestPort = 1_024;
const highestPort = 65_535;
export const mostPortsPerAddress = highestPort - lowestPort + 1;

/** The next power of two: it leaves room for what else the machine does, and is known at sight as set by hand. */
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

/** Widens the range at its top first: services listen on ports below it. Undefined when all ports are too few. */
export function widenPorts({ portLow, portHigh }: HostLimits, needed: number): Remedy | undefined {
  if (needed > mostPortsPerAddress) return undefined;
  const high = Math.min(highestPort, Math.max(portHigh, portLow + needed - 1));
  const low = Math.min(portLow, high - needed + 1);
  // The kernel asks for ends of different parity (net/ipv4/sysctl_net_ipv4.c), since it gives out one half at a time.
  const value = `${low % 2 === high % 2 && low > lowestPort ? low - 1 : low} ${high}`;
  return {
    text: `sudo sysctl -w net.ipv4.ip_local_port_range="${value}"`,
    isCommand: true,
    raise: { setting: 'net.ipv4.ip_local_port_range', value },
  };
}

/** Of the shell that then starts the run; of another machine, of every login after it. */
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

/** All three numbers in the ratio that the kernel gives them when it starts (tcp_init_mem in net/ipv4/tcp.c: 3:4:6). */
export function raiseTcpMemory(needed: number): Remedy {
  const most = roundUp(needed);
  const value = `${Math.ceil(most / 2)} ${Math.ceil((most * 2) / 3)} ${most}`;
  return {
    text: `sudo sysctl -w net.ipv4.tcp_mem="${value}"`,
    isCommand: true,
    raise: { setting: 'net.ipv4.tcp_mem', value },
  };
}

/** Of systemd's slice of the user. */
export const raiseCgroup: Remedy = {
  text: 'sudo systemctl set-property user-$(id -u).slice TasksMax=infinity MemoryMax=infinity # container: --pids-limit, --memory',
  isCommand: true,
};

export function noCommand(sentence: string): Remedy {
  return { text: sentence, isCommand: false };
}
