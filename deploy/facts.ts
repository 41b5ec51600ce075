import { z } from 'zod';
import { BenchError } from '../bench/errors.ts';
import { readScript } from './shell.ts';

/** Below the home folder: sudo of Debian and its kin makes it when somebody first uses sudo (sudoers(5), admin_flag). */
export const sudoMark = '.sudo_as_admin_successful';

/** Prints the lines that `parseFacts` reads, and `lastLine`; then it waits for the end of its stdin. */
export const factsScript = readScript('facts');
export const lastLine = 'pi-websocket-bench: that is all';

/** What a machine is. What could not be found out there is absent. */
export interface HostFacts {
  /** Of uname: "Linux", "aarch64". */
  kernel: string;
  machine: string;
  /** Of the programs there: 32 may also stand on a 64-bit kernel. */
  userBits?: number | undefined;
  userId: number;
  user?: string | undefined;
  home: string;
  /** "2.36"; absent where there is another C library. */
  glibc?: string | undefined;
  /** For programs of 64 bits. */
  hasLibatomic?: boolean | undefined;
  /** Of the file system that the home folder lies on. */
  freeBytes?: number | undefined;
  hasSystemd: boolean;
  /** Without being asked for a password. */
  hasSudo: boolean;
  /** Somebody has used sudo there before (`sudoMark`). */
  isMarked: boolean;
  /** That the root of cgroups, version 2, has; none where version 1 is used. */
  controllers: string[];
  cpuHasAes: boolean;
  /** Since 1970, by its own clock, when it had found out all else. */
  clockMilliseconds: number;
}

const known = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('unknown').transform(() => undefined), schema]);
const count = z.string().regex(/^\d+$/).transform(Number);
const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes');

const factsSchema = z.object({
  kernel: z.string(),
  machine: z.string(),
  userBits: known(count),
  userId: count,
  user: known(z.string()),
  home: z.string(),
  cLibrary: z.string().regex(/^(none|glibc \d+\.\d+.*)$/),
  libatomic: known(yesOrNo),
  freeKibibytes: known(count),
  systemd: yesOrNo,
  sudo: yesOrNo,
  marked: yesOrNo,
  controllers: z.string(),
  aes: yesOrNo,
  // Of a date(1) that knows no %N, whole seconds and something else.
  clockSeconds: z.string().regex(/^\d+/).transform(Number.parseFloat),
});

/** @param lines all that `factsScript` printed, and a login before it. @throws BenchError */
export function parseFacts(lines: readonly string[]): HostFacts {
  const told = lines.flatMap((line) => {
    const { name, value } = /^pi-websocket-bench: (?<name>\w+) (?<value>.*)$/.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const parsed = factsSchema.safeParse(Object.fromEntries(told));
  if (!parsed.success) {
    const what = z.prettifyError(parsed.error);
    throw new BenchError('PROCESS_FAILED', `the machine does not tell what it is, it needs a POSIX sh:\n${what}`);
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
    isMarked: marked,
    controllers: controllers.split(' ').filter((name) => name !== ''),
    cpuHasAes: aes,
    clockMilliseconds: clockSeconds * 1_000,
  };
}
