import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BenchError } from '../errors.ts';

const taskset = 'taskset';
const cores = z.array(z.int().nonnegative()).min(1);

/** Cores of one machine that servers, and those that fleet and agent, may run on. */
export const pinningSchema = z.object({ server: cores, fleet: cores });
export type Pinning = z.infer<typeof pinningSchema>;

/** "0-2,5" as the kernel writes it (Cpus_allowed_list, proc_pid_status(5)). */
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
 * Half for the servers, half for the fleet; the odd one is the servers', which are what is measured. Pure.
 *
 * @param groups hardware threads of one physical core stand in one: given to two owners they would share it after all.
 */
export function splitCores(groups: readonly (readonly number[])[]): Pinning | undefined {
  if (groups.length < 2) return undefined;
  const servers = Math.ceil(groups.length / 2);
  return { server: groups.slice(0, servers).flat(), fleet: groups.slice(servers).flat() };
}

/** @param siblingsOf all hardware threads of the physical core that this one is of. Pure. */
export function groupCores(all: readonly number[], siblingsOf: (core: number) => readonly number[]): number[][] {
  const groups = all.map((core) => siblingsOf(core).filter((other) => all.includes(other)));
  return groups.filter((group, index) => group[0] === all[index]);
}

/** Of the cores that this process may run on. @throws BenchError BAD_OPTION */
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

/** A kernel that knows no topology has no two threads on one core. */
function siblings(core: number): number[] {
  try {
    return parseCoreList(readFileSync(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`, 'utf8'));
  } catch {
    return [core];
  }
}

type Command = readonly [program: string, ...words: string[]];

/** By taskset of util-linux, which replaces itself by the program. */
export function pinned(command: Command, onCores: readonly number[] | undefined): Command {
  return onCores === undefined ? command : [taskset, '--cpu-list', onCores.join(','), ...command];
}
