import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BenchError } from '../errors.ts';

const taskset = 'taskset';
const cores = z.array(z.int().nonnegative()).min(1);

/** The cores of one machine that servers may run on, and those that fleet and agent may run on. */
export const pinningSchema = z.object({ server: cores, fleet: cores });
export type Pinning = z.infer<typeof pinningSchema>;

/** Parses a list of cores as the kernel writes it: "0-2,5" (Cpus_allowed_list, proc_pid_status(5)). */
export function parseCoreList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/**
 * Gives half of the cores to the servers and half to the fleet. The servers get an odd core, because they are measured. Pure.
 *
 * @param groups the hardware threads of one physical core form a group, so that servers and fleet share no physical core
 */
export function splitCores(groups: readonly (readonly number[])[]): Pinning | undefined {
  if (groups.length < 2) return undefined;
  const servers = Math.ceil(groups.length / 2);
  return { server: groups.slice(0, servers).flat(), fleet: groups.slice(servers).flat() };
}

/** Groups hardware threads by physical core. Pure. @param siblingsOf all hardware threads of the same physical core */
export function groupCores(all: readonly number[], siblingsOf: (core: number) => readonly number[]): number[][] {
  const groups = all.map((core) => siblingsOf(core).filter((other) => all.includes(other)));
  return groups.filter((group, index) => group[0] === all[index]);
}

/** Splits the cores that this process may run on. @throws BenchError BAD_OPTION */
export function pinningHere(): Pinning {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const pinning = splitCores(groupCores(parseCoreList(list), siblings));
  if (pinning === undefined) {
    throw new BenchError('BAD_OPTION', `--pin needs two cores or more, and there is only ${list}: leave it out`);
  }
  if (spawnSync(taskset, ['--version']).error !== undefined) {
    throw new BenchError(
      'BAD_OPTION',
      '--pin needs taskset, which is not installed: install util-linux, or leave it out',
    );
  }
  return pinning;
}

/** Reads the hardware threads of the same physical core. A kernel that reports no topology has one thread per core. */
function siblings(core: number): number[] {
  try {
    return parseCoreList(readFileSync(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`, 'utf8'));
  } catch {
    return [core];
  }
}

type Command = readonly [program: string, ...words: string[]];

/** A command limited to these cores, by taskset of util-linux, which replaces itself with the program. */
export function pinned(command: Command, onCores: readonly number[] | undefined): Command {
  return onCores === undefined ? command : [taskset, '--cpu-list', onCores.join(','), ...command];
}
