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

/** A setting, what it was, and what a run has made of it. */
export type TunedValue = z.infer<typeof valuesSchema>[number];

/**
 * What one run has changed, in a file that bears the name of its process: `<stateFile>.<pid>-<start>`. With the time the
 * process started, no other one is ever of that name. Whoever changes anything has such a file first, and then looks
 * whether it is alone: of two that come at once, at most one goes on.
 */
export interface TunedState {
  path: string;
  pid: number;
  isRunning: boolean;
  /** Why this process is not to put back what stands there: a sentence. */
  refusal?: string;
}

/** All claims but our own. */
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

/** Writes what this process has changed, or is about to. On the disk when it returns, whole or not at all. */
export function writeOwnState(stateFile: string, values: TunedValue[]): void {
  const path = ownPath(stateFile);
  const draft = `${path}.tmp`;
  rmSync(draft, { force: true });
  // A new file, so that none is written to which somebody else has put there.
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

/** Undefined when there is none. @throws when it is damaged, or may be somebody else's. */
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

/** Makes the claim of a process that is gone ours. False when another run was quicker. */
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

/** Whoever can write the file says what root is to set. */
function distrust(path: string, stats: Stats): string | undefined {
  const isOurs = stats.uid === 0 || stats.uid === process.geteuid?.();
  const isWritableByOthers = (stats.mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0;
  return stats.isFile() && isOurs && !isWritableByOthers
    ? undefined
    : `what ${path} says was raised is not put back, because others could have written it: see there, and delete it`;
}

/** A file that is taken over becomes its taker's, and root would not trust it afterwards. */
function lackOfRights(pid: number, { uid }: Stats): string | undefined {
  const own = process.geteuid?.();
  return own === 0 || own === uid
    ? undefined
    : `what the run of process ${pid} has raised is not put back, because that takes root: run the suite once more as root`;
}

/** When a process started, in ticks since boot (field 22 of /proc/PID/stat); undefined when it has ended. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces and brackets itself. What follows it begins with the state.
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
    // Nobody was there yet.
    return [];
  }
}

/** A rename is on the disk when its folder is (fsync(2)). */
function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
