import { z } from 'zod';
import { BenchError } from '../bench/errors.ts';
import { readScript } from './shell.ts';

/** A file in the home folder that sudo makes, on Debian and its derivatives, at a user's first sudo (sudoers(5), admin_flag). */
export const adminFlagFile = '.sudo_as_admin_successful';

/** Prints the lines that `parseFacts` reads, then `lastFactsLine`, and waits for the end of its stdin. */
export const factsScript = readScript('facts');
export const lastFactsLine = 'pi-websocket-bench: that is all';

/** Properties of a machine. Those that could not be found out there are absent. */
export interface HostFacts {
  /** `uname -s`: "Linux". */
  kernel: string;
  /** `uname -m`: "aarch64". */
  machine: string;
  /** 32 or 64: the bits of the programs. A 64-bit kernel may run a system of 32-bit programs. */
  userBits?: number | undefined;
  userId: number;
  user?: string | undefined;
  home: string;
  /** Version of glibc, "2.36"; absent on a machine with another C library. */
  glibc?: string | undefined;
  /** True when libatomic for 64-bit programs is installed. */
  hasLibatomic?: boolean | undefined;
  /** Free space of the home folder's file system. */
  freeBytes?: number | undefined;
  hasSystemd: boolean;
  /** True when sudo asks for no password. */
  hasSudo: boolean;
  /** True when the user has used sudo before (`adminFlagFile`). */
  hasAdminFlag: boolean;
  /** Controllers of the root cgroup, version 2; empty on a machine with version 1. */
  controllers: string[];
  cpuHasAes: boolean;
  /** Time since 1970 by the machine's clock, read after all other facts. */
  clockMilliseconds: number;
}

const orUnknown = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('unknown').transform(() => undefined), schema]);
const count = z.string().regex(/^\d+$/).transform(Number);
const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');

const factsSchema = z.object({
  kernel: z.string(),
  machine: z.string(),
  userBits: orUnknown(count),
  userId: count,
  user: orUnknown(z.string()),
  home: z.string(),
  cLibrary: z.string().regex(/^(none|glibc \d+\.\d+.*)$/),
  libatomic: orUnknown(yesOrNo),
  freeKibibytes: orUnknown(count),
  systemd: yesOrNo,
  sudo: yesOrNo,
  marked: yesOrNo,
  controllers: z.string(),
  aes: yesOrNo,
  // A date(1) without %N prints whole seconds, then other characters.
  clockSeconds: z.string().regex(/^\d+/).transform(Number.parseFloat),
});

/**
 * @param lines all lines that `factsScript`, and the login before it, printed.
 * @throws BenchError PROCESS_FAILED when a fact is missing or invalid.
 */
export function parseFacts(lines: readonly string[]): HostFacts {
  const facts = lines.flatMap((line) => {
    const { name, value } = /^pi-websocket-bench: (?<name>\w+) (?<value>.*)$/.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const parsed = factsSchema.safeParse(Object.fromEntries(facts));
  if (!parsed.success) {
    const what = z.prettifyError(parsed.error);
    throw new BenchError('PROCESS_FAILED', `the machine does not report what it is: install a POSIX sh there\n${what}`);
  }
  const { cLibrary, libatomic, freeKibibytes, systemd, sudo, marked, controllers, aes, clockSeconds, ...others } =
    parsed.data;
  return {
    ...others,
    glibc: /^glibc (\S+)/.exec(cLibrary)?.[1],
    hasLibatomic: libatomic,
    freeBytes: freeKibibytes === undefined ? undefined : freeKibibytes * 1_024,
    hasSystemd: systemd,
    hasSudo: sudo,
    hasAdminFlag: marked,
    controllers: controllers.split(' ').filter((name) => name !== ''),
    cpuHasAes: aes,
    clockMilliseconds: clockSeconds * 1_000,
  };
}
