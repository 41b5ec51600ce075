import { BenchError } from '../bench/errors.ts';
import type { HostFacts } from './facts.ts';
import type { Architecture } from './locked-packages.ts';

/** One thing that servers need of a machine, or would better have. `found` and `mend` make a sentence: "found: mend". */
export type HostCheck = {
  name: string;
  /** Where it is not met, no server can run there; otherwise something cannot be measured or be kept apart. */
  isFatal: boolean;
  /** What is there, with the name of the machine. */
  found: string;
} & ({ isMet: true; mend?: never } | { isMet: false; mend: string });

export interface HostNeeds {
  /** How the machine is called in sentences: what stands after `ssh`. */
  destination: string;
  /** Disk space for all that is brought there. */
  neededBytes: number;
  /** How far its clock is ahead of the one here; negative where it is behind. */
  clockOffsetMilliseconds: number;
}

/** The name of the check that only whoever wants to limit the memory minds. */
export const memoryCheck = 'memory controller';

/** By what `uname -m` says. */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['aarch64', 'arm64'],
  ['x86_64', 'x64'],
]);

/**
 * Of the official Node for Linux: the highest GLIBC_ version that `readelf --version-info bin/node` lists as needed, the
 * same for arm64 and x64 in 26.10.0.
 */
const neededGlibc = '2.28';

/** What clocks may differ by before logs of both machines are hard to read beside each other. */
const clockSpareMilliseconds = 5_000;
/** A certificate is good from a minute before it is issued, and is issued anew on its last day (certs/issue.ts). */
const validBehindMilliseconds = 60_000;
const validAheadMilliseconds = 86_400_000;

/** All checks, met or not, in the order in which they are best mended. What is unknown counts as met: it shows later. */
export function checkHost(facts: HostFacts, needs: HostNeeds): HostCheck[] {
  const checks = [platform, cLibrary, libatomic, space, systemd, sudo, memoryController, clock];
  return checks.map((check) => check(facts, needs));
}

/** @throws BenchError on a machine that `checkHost` refuses */
export function architectureOf({ machine }: HostFacts): Architecture {
  const architecture = architectures.get(machine);
  if (architecture !== undefined) return architecture;
  throw new BenchError('PLATFORM', `there is no Node for ${machine}: choose a machine with a 64-bit Linux`);
}

/** Whether servers can be services of the system there, with limits of their own. */
export function canRunServices({ hasSystemd, hasSudo, userId }: HostFacts): boolean {
  return hasSystemd && (hasSudo || userId === 0);
}

/** Whether a limit of memory is kept there; systemd takes one anywhere, and may ignore it. */
export function canLimitMemory(facts: HostFacts): boolean {
  return canRunServices(facts) && facts.controllers.includes('memory');
}

interface HostCheckResult {
  name: string;
  isFatal: boolean;
  isMet: boolean;
  found: string;
  mend: string;
}

function checked({ name, isFatal, isMet, found, mend }: HostCheckResult): HostCheck {
  return isMet ? { name, isFatal, found, isMet } : { name, isFatal, found, isMet, mend };
}

function platform({ kernel, machine, userBits }: HostFacts, { destination }: HostNeeds): HostCheck {
  // Raspberry Pi OS of 32 bits has a kernel of 64 by default.
  const hasPrograms32 = userBits === 32;
  const isMet = kernel === 'Linux' && architectures.has(machine) && !hasPrograms32;
  const isArm = /^(arm|aarch64)/.test(machine);
  return checked({
    name: 'platform',
    isFatal: true,
    isMet,
    found: `${destination} runs ${kernel} on ${machine}${hasPrograms32 ? ' with programs of 32 bits' : ''}`,
    mend:
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
    mend: 'install Raspberry Pi OS, Debian or Ubuntu of 2019 or later',
  });
}

function libatomic({ hasLibatomic }: HostFacts, { destination }: HostNeeds): HostCheck {
  const has = { true: 'has', false: 'lacks', undefined: 'may have' }[`${hasLibatomic}`];
  return checked({
    name: 'libatomic',
    isFatal: true,
    isMet: hasLibatomic !== false,
    found: `${destination} ${has} libatomic.so.1, which Node needs`,
    mend: 'run "sudo apt-get install libatomic1" there',
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
    mend: 'make room there',
  });
}

function systemd({ hasSystemd }: HostFacts, { destination }: HostNeeds): HostCheck {
  return checked({
    name: 'systemd',
    isFatal: false,
    isMet: hasSystemd,
    found: `${destination} is ${hasSystemd ? '' : 'not '}run by systemd`,
    mend: 'choose a system that is, or have servers run as processes of your own, under the limits that you have there',
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
    mend: 'allow it in sudoers, or have servers run as processes of your own, under the limits that you have there',
  });
}

function memoryController({ controllers }: HostFacts, { destination }: HostNeeds): HostCheck {
  const isMet = controllers.includes('memory');
  return checked({
    name: memoryCheck,
    isFatal: false,
    isMet,
    found: `${destination} ${isMet ? 'keeps' : 'ignores'} limits of memory`,
    mend: 'add "cgroup_enable=memory cgroup_memory=1" to the one line of /boot/firmware/cmdline.txt there and reboot',
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
    isMet: Math.abs(clockOffsetMilliseconds) <= clockSpareMilliseconds,
    found: isValid ? differs : `${differs}, out of the time for which certificates are good`,
    mend: 'run "sudo timedatectl set-ntp true" there and wait until it is right',
  });
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
