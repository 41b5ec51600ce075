import { BenchError } from '../bench/errors.ts';
import type { HostFacts } from './facts.ts';
import type { Architecture } from './locked-packages.ts';

/** The result of one requirement on a machine for servers. `found` and `remedy` make a sentence: "found: remedy". */
export type HostCheck = {
  name: string;
  /** True when no server can run without it; false when servers run without it, but with fewer limits or measurements. */
  isFatal: boolean;
  /** The state of the machine, with its name. */
  found: string;
} & ({ isMet: true; remedy?: never } | { isMet: false; remedy: string });

export interface HostNeeds {
  /** The machine's name in sentences: its ssh destination. */
  destination: string;
  /** Disk space for the release and the samples of a run. */
  neededBytes: number;
  /** The machine's clock minus the clock of this machine. */
  clockOffsetMilliseconds: number;
}

/** Name of the check that only matters to a run that limits the servers' memory. */
export const memoryCheckName = 'memory controller';

/** Node's names of architectures by those of `uname -m`. */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['aarch64', 'arm64'],
  ['x86_64', 'x64'],
]);

/**
 * The oldest glibc that the official Node for Linux runs on: the highest GLIBC_ version that
 * `readelf --version-info bin/node` lists as needed. It is the same for arm64 and x64 in Node 26.10.0.
 */
const neededGlibc = '2.28';

/** The largest difference of two clocks with which the logs of both machines are easy to read side by side. */
const clockToleranceMilliseconds = 5_000;
/** A certificate is valid from a minute before it is issued, and is reissued on its last day (certs/issue.ts). */
const validBehindMilliseconds = 60_000;
const validAheadMilliseconds = 86_400_000;

/**
 * The results of all checks, in the best order for fixing them. An unknown fact counts as met, because a failure shows
 * later in any case. Pure.
 */
export function checkHost(facts: HostFacts, needs: HostNeeds): HostCheck[] {
  const checks = [platform, cLibrary, libatomic, space, systemd, sudo, memoryController, clock];
  return checks.map((check) => check(facts, needs));
}

/** @throws BenchError PLATFORM for a machine that `checkHost` refuses. */
export function architectureOf({ machine }: HostFacts): Architecture {
  const architecture = architectures.get(machine);
  if (architecture !== undefined) return architecture;
  throw new BenchError('PLATFORM', `there is no Node for ${machine}: choose a machine with a 64-bit Linux`);
}

/** True when servers can run as system services, with their own limits. */
export function canRunServices({ hasSystemd, hasSudo, userId }: HostFacts): boolean {
  return hasSystemd && (hasSudo || userId === 0);
}

/** True when the machine enforces memory limits. systemd accepts one on every machine, and ignores it on some. */
export function canLimitMemory(facts: HostFacts): boolean {
  return canRunServices(facts) && facts.controllers.includes('memory');
}

interface HostCheckResult {
  name: string;
  isFatal: boolean;
  isMet: boolean;
  found: string;
  remedy: string;
}

function checked({ name, isFatal, isMet, found, remedy }: HostCheckResult): HostCheck {
  return isMet ? { name, isFatal, found, isMet } : { name, isFatal, found, isMet, remedy };
}

function platform({ kernel, machine, userBits }: HostFacts, { destination }: HostNeeds): HostCheck {
  // The 32-bit Raspberry Pi OS has a 64-bit kernel by default.
  const hasPrograms32 = userBits === 32;
  const isMet = kernel === 'Linux' && architectures.has(machine) && !hasPrograms32;
  const isArm = /^(arm|aarch64)/.test(machine);
  return checked({
    name: 'platform',
    isFatal: true,
    isMet,
    found: `${destination} runs ${kernel} on ${machine}${hasPrograms32 ? ' with 32-bit programs' : ''}`,
    remedy:
      kernel === 'Linux' && isArm
        ? 'install a 64-bit system, on a Raspberry Pi the 64-bit Raspberry Pi OS'
        : 'choose a machine with a 64-bit Linux on arm64 or x86-64',
  });
}

function cLibrary({ glibc }: HostFacts, { destination }: HostNeeds): HostCheck {
  const isMet = glibc !== undefined && isAtLeast(glibc, neededGlibc);
  const has = `${destination} has ${glibc === undefined ? 'no glibc' : `glibc ${glibc}`}`;
  return checked({
    name: 'C library',
    isFatal: true,
    isMet,
    found: isMet ? has : `${has}, and Node needs ${neededGlibc} or newer`,
    remedy: 'install Raspberry Pi OS, Debian or Ubuntu of 2019 or later',
  });
}

function libatomic({ hasLibatomic }: HostFacts, { destination }: HostNeeds): HostCheck {
  const has = { true: 'has', false: 'lacks', undefined: 'may have' }[`${hasLibatomic}`];
  return checked({
    name: 'libatomic',
    isFatal: true,
    isMet: hasLibatomic !== false,
    found: `${destination} ${has} libatomic.so.1, which Node needs`,
    remedy: 'run "sudo apt-get install libatomic1" there',
  });
}

function space({ freeBytes, home }: HostFacts, { destination, neededBytes }: HostNeeds): HostCheck {
  const isMet = freeBytes === undefined || freeBytes >= neededBytes;
  const free = freeBytes === undefined ? 'an unknown space' : `${Math.floor(freeBytes / 1e6)} MB`;
  return checked({
    name: 'disk space',
    isFatal: true,
    isMet,
    found: `${destination} has ${free} free in ${home}, and ${Math.ceil(neededBytes / 1e6)} MB are needed`,
    remedy: 'make room there',
  });
}

function systemd({ hasSystemd }: HostFacts, { destination }: HostNeeds): HostCheck {
  return checked({
    name: 'systemd',
    isFatal: false,
    isMet: hasSystemd,
    found: `${destination} ${hasSystemd ? 'runs' : 'does not run'} systemd`,
    remedy: 'choose a system with systemd, or accept that servers run as your own processes, under your limits there',
  });
}

function sudo({ hasSudo, user, userId }: HostFacts, { destination }: HostNeeds): HostCheck {
  const isMet = hasSudo || userId === 0;
  const who = user ?? `user ${userId}`;
  return checked({
    name: 'sudo',
    isFatal: false,
    isMet,
    found: `${who} ${isMet ? 'may' : 'may not'} act as root on ${destination} without a password`,
    remedy: 'allow it in sudoers, or accept that servers run as your own processes, under your limits there',
  });
}

function memoryController({ controllers }: HostFacts, { destination }: HostNeeds): HostCheck {
  const isMet = controllers.includes('memory');
  return checked({
    name: memoryCheckName,
    isFatal: false,
    isMet,
    found: `${destination} ${isMet ? 'enforces' : 'ignores'} memory limits`,
    remedy: 'add "cgroup_enable=memory cgroup_memory=1" to the one line of /boot/firmware/cmdline.txt there and reboot',
  });
}

function clock(_: HostFacts, { destination, clockOffsetMilliseconds }: HostNeeds): HostCheck {
  const isValid =
    clockOffsetMilliseconds >= -validBehindMilliseconds && clockOffsetMilliseconds <= validAheadMilliseconds;
  const seconds = Math.round(Math.abs(clockOffsetMilliseconds) / 1_000);
  const differs = `the clock of ${destination} is ${seconds} s ${clockOffsetMilliseconds < 0 ? 'behind' : 'ahead'}`;
  return checked({
    name: 'clock',
    isFatal: !isValid,
    isMet: Math.abs(clockOffsetMilliseconds) <= clockToleranceMilliseconds,
    found: isValid ? differs : `${differs}, outside the validity of the certificates`,
    remedy: 'run "sudo timedatectl set-ntp true" there and wait until the clock is right',
  });
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
