import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isValueOf, settingSchema } from './settings.ts';

const valuesSchema = z.array(
  z
    .object({ setting: settingSchema, old: z.string(), ours: z.string() })
    .refine(({ setting, old, ours }) => isValueOf(setting, old) && isValueOf(setting, ours)),
);

/** A setting with its value before a run (`old`) and in it (`ours`). */
export type TunedValue = z.infer<typeof valuesSchema>[number];

/**
 * The claim of one run: a file with what it changed, named after its process: `<stateFile>.<pid>-<start>`. The start time
 * keeps a later process with the same number apart. A run writes its claim before it changes anything, and then looks for
 * others: when two begin together, at most one continues.
 */
export interface TunedState {
  path: string;
  pid: number;
  isRunning: boolean;
  /** Why this process may not put these settings back, as a sentence. */
  refusal?: string;
}

/** All claims except that of this process. */
export function otherStates(stateFile: string): TunedState[] {
  const own = ownPath(stateFile);
  return namesIn(dirname(stateFile)).flatMap((name) => {
    const path = join(dirname(stateFile), name);
    const owner = name.startsWith(`${basename(stateFile)}.`) ? name.slice(basename(stateFile).length + 1) : '';
    const [, pid, start] = /^(\d+)-(\d+)$/.exec(owner) ?? [];
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (pid === undefined || path === own || stats === undefined) return [];
    const refusal = distrust(path, stats) ?? lackOfRights(Number(pid), stats);
    return [
      {
        path,
        pid: Number(pid),
        isRunning: startTicks(Number(pid)) === start,
        ...(refusal !== undefined && { refusal }),
      },
    ];
  });
}

/** Writes the claim of this process. It is on the disk when this returns, whole or not at all. */
export function writeOwnState(stateFile: string, values: TunedValue[]): void {
  const path = ownPath(stateFile);
  const draft = `${path}.tmp`;
  rmSync(draft, { force: true });
  // `wx` makes a new file, so that nothing is written to a file of another user.
  const file = openSync(draft, 'wx', 0o644);
  try {
    writeFileSync(file, `${JSON.stringify(values)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolderOf(path);
}

/** The claim of this process; undefined when there is none. @throws when it is damaged, or another user could write it. */
export function readOwnState(stateFile: string): TunedValue[] | undefined {
  const path = ownPath(stateFile);
  if (!namesIn(dirname(path)).includes(basename(path))) return undefined;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const refusal = distrust(path, fstatSync(file));
    if (refusal !== undefined) throw new Error(refusal);
    return valuesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } finally {
    closeSync(file);
  }
}

/** Takes over the claim of a process that has ended. False when another run was quicker. */
export function takeOver(stateFile: string, { path }: TunedState): boolean {
  try {
    renameSync(path, ownPath(stateFile));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  syncFolderOf(path);
  return true;
}

export function removeOwnState(stateFile: string): void {
  rmSync(ownPath(stateFile), { force: true });
  syncFolderOf(stateFile);
}

export function ownPath(stateFile: string): string {
  return `${stateFile}.${process.pid}-${startTicks(process.pid) ?? '0'}`;
}

/** Why a claim is not trusted: a user who can write it chooses what root sets. */
function distrust(path: string, stats: Stats): string | undefined {
  const isOurs = stats.uid === 0 || stats.uid === process.geteuid?.();
  const isWritableByOthers = (stats.mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0;
  return stats.isFile() && isOurs && !isWritableByOthers
    ? undefined
    : `settings that ${path} lists are not put back, because other users could have written the file: check it, and delete it`;
}

/** Why this user leaves a claim alone: it would own the file after taking it over, and root would not trust it then. */
function lackOfRights(pid: number, { uid }: Stats): string | undefined {
  const own = process.geteuid?.();
  return own === 0 || own === uid
    ? undefined
    : `settings that the run of process ${pid} raised are not put back, because that takes root: run the suite once more as root`;
}

/** When a process started, in ticks since boot (field 22 of /proc/PID/stat); undefined when it has ended. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may have spaces and brackets itself. The fields after it begin with the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // No run has made the folder yet.
    return [];
  }
}

/** A rename is on the disk once its folder is (fsync(2)). */
function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
