import { wholeMegabytes } from '../../text/format.ts';
import { quote } from '../../text/words.ts';
import { before, clientsOpen, from } from '../evidence.ts';
import { halfway } from '../lack.ts';
import type { CauseRule, Evidence, Sign } from '../rule.ts';

/** What killed a server for lack of memory. */
export const memoryRules: readonly CauseRule[] = [
  { cause: 'memory guard', explains: ['end'], find: memoryGuard },
  { cause: 'cgroup memory limit', explains: ['end'], find: cgroupMemoryLimit },
  { cause: 'kernel OOM killer', explains: ['end'], find: kernelOomKiller },
];

function memoryGuard(evidence: Evidence): Sign | undefined {
  const { guard } = evidence.timeline;
  const clients = clientsHeld(evidence);
  return (
    guard && {
      atMilliseconds: guard.atMilliseconds,
      detail: `the guard killed the server${clients.text} with ${wholeMegabytes(guard.value.memoryAvailableBytes)} of ${wholeMegabytes(guard.value.memoryTotalBytes)} MB available`,
      numbers: {
        ...clients.numbers,
        memoryAvailableBytes: guard.value.memoryAvailableBytes,
        memoryTotalBytes: guard.value.memoryTotalBytes,
      },
    }
  );
}

function cgroupMemoryLimit(evidence: Evidence): Sign | undefined {
  const { end } = evidence.timeline;
  const kills = killsOf(evidence);
  const reached = reachedCgroupMemory(evidence);
  if (end?.value.signal !== 'SIGKILL' || kills === undefined || reached === undefined) return undefined;
  if (kills.inCgroup <= 0) return undefined;
  const clients = clientsHeld(evidence);
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `the kernel killed the server${clients.text} in its cgroup, limited to ${wholeMegabytes(reached.limit)} MB${lastMemory(evidence)}`,
    numbers: {
      ...clients.numbers,
      cgroupOomKills: kills.inCgroup,
      cgroupMemoryMaxBytes: reached.limit,
      cgroupMemoryBytes: reached.bytes,
    },
  };
}

function kernelOomKiller(evidence: Evidence): Sign | undefined {
  const { end, samples } = evidence.timeline;
  const kills = killsOf(evidence);
  const last = samples.at(-1)?.value.machine;
  if (end?.value.signal !== 'SIGKILL' || kills === undefined || last === undefined) return undefined;
  if (kills.onMachine <= 0 || (kills.inCgroup > 0 && reachedCgroupMemory(evidence) !== undefined)) return undefined;
  const clients = clientsHeld(evidence);
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `the kernel's OOM killer killed the server${clients.text}${lastMemory(evidence)}${quote(end.value.kernelLog)}`,
    numbers: { ...clients.numbers, oomKills: kills.onMachine, memoryAvailableBytes: last.memoryAvailableBytes },
  };
}

/**
 * The memory limit of the server's cgroup, when it has one and was near it. Kills alone do not show that: a cgroup counts
 * kills "by any kind of OOM killer" (memory.events, Documentation/admin-guide/cgroup-v2.rst), the whole machine's too.
 */
function reachedCgroupMemory(evidence: Evidence) {
  // In the last sample a dying server may have given its memory back.
  const held = sinceBefore(evidence).flatMap(({ value: { cgroup } }) =>
    cgroup.memoryBytes === undefined || cgroup.memoryMaxBytes === undefined
      ? []
      : [{ bytes: cgroup.memoryBytes, limit: cgroup.memoryMaxBytes }],
  );
  return held.findLast(({ bytes, limit }) => bytes >= halfway * limit);
}

/**
 * The kernel's kills for lack of memory since before clients began to connect; undefined without any sample. The kernel
 * counts a kill before the server is gone, so its last sample can include it. A server moved to another cgroup has another
 * count from then on.
 */
export function killsOf(evidence: Evidence): { onMachine: number; inCgroup: number } | undefined {
  const end = evidence.timeline.end?.value;
  const samples = sinceBefore(evidence);
  if (end === undefined || samples.length === 0) return undefined;
  // A sample without the count says nothing about earlier kills.
  const least = (kills: (number | undefined)[]) => {
    const known = kills.filter((number) => number !== undefined);
    return known.length === 0 ? 0 : Math.min(...known);
  };
  return {
    onMachine: (end.machine.oomKills ?? 0) - least(samples.map(({ value }) => value.machine.oomKills)),
    inCgroup: (end.cgroup.oomKills ?? 0) - least(samples.map(({ value }) => value.cgroup.oomKills)),
  };
}

/** The samples since clients began to connect, and the one before them. */
function sinceBefore({ timeline: { samples }, connectingAt }: Evidence) {
  return from(before(connectingAt, samples)?.atMilliseconds ?? connectingAt, samples);
}

/** The most clients open at once. The clients of a killed server are gone before its end is known. */
function clientsHeld(evidence: Evidence): { text: string; numbers: Sign['numbers'] } {
  const open = clientsOpen(evidence);
  if (open.length === 0) return { text: '', numbers: {} };
  const most = open.reduce((one, other) => Math.max(one, other));
  return { text: ` at ${most.toLocaleString('en-US')} clients`, numbers: { clientsOpen: most } };
}

function lastMemory({ timeline }: Evidence): string {
  const last = timeline.samples.at(-1)?.value;
  if (last === undefined) return '';
  return `; a moment before it had ${wholeMegabytes(last.process.rssBytes)} MB, and ${wholeMegabytes(last.machine.memoryAvailableBytes)} MB were available`;
}
