import { megabytes, quote } from '../../text/words.ts';
import { before, clientsOpen, type Evidence, type Finding, from, threadsOf } from '../evidence.ts';
import { addressSpaceOf, halfway, lackOf, mapsOf, shareOf } from '../lack.ts';

export function memoryGuard(evidence: Evidence): Finding | undefined {
  const { guard } = evidence.timeline;
  const clients = clientsHeld(evidence);
  return (
    guard && {
      atMilliseconds: guard.atMilliseconds,
      detail: `the guard killed the server${clients.text} with ${megabytes(guard.value.memoryAvailableBytes)} of ${megabytes(guard.value.memoryTotalBytes)} MB available`,
      numbers: {
        ...clients.numbers,
        memoryAvailableBytes: guard.value.memoryAvailableBytes,
        memoryTotalBytes: guard.value.memoryTotalBytes,
      },
    }
  );
}

export function cgroupMemoryLimit(evidence: Evidence): Finding | undefined {
  const { end } = evidence.timeline;
  const kills = killsOf(evidence);
  const reached = reachedCgroupMemory(evidence);
  if (end?.value.signal !== 'SIGKILL' || kills === undefined || reached === undefined) return undefined;
  if (kills.inCgroup <= 0) return undefined;
  const clients = clientsHeld(evidence);
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `the kernel killed the server${clients.text} in its cgroup, limited to ${megabytes(reached.limit)} MB${lastMemory(evidence)}`,
    numbers: {
      ...clients.numbers,
      cgroupOomKills: kills.inCgroup,
      cgroupMemoryMaxBytes: reached.limit,
      cgroupMemoryBytes: reached.bytes,
    },
  };
}

export function kernelOomKiller(evidence: Evidence): Finding | undefined {
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
 * The limit of the server's cgroup, when there is one and it was near. A cgroup counts kills "by any kind of OOM killer"
 * (memory.events, Documentation/admin-guide/cgroup-v2.rst), the whole machine's too.
 */
function reachedCgroupMemory(evidence: Evidence) {
  // The last sample may be of a server on its way out, which has given back what it held.
  const held = sinceBefore(evidence).flatMap(({ value: { cgroup } }) =>
    cgroup.memoryBytes === undefined || cgroup.memoryMaxBytes === undefined
      ? []
      : [{ bytes: cgroup.memoryBytes, limit: cgroup.memoryMaxBytes }],
  );
  return held.findLast(({ bytes, limit }) => bytes >= halfway * limit);
}

export function memoryMaps(evidence: Evidence): Finding | undefined {
  const lack = lackOf(evidence);
  const maps = mapsOf(evidence);
  if (lack?.cause !== 'memory maps' || maps === undefined) return undefined;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server had about ${maps.used} of ${maps.limit} memory maps (vm.max_map_count)${quote(lastWords(evidence))}`,
    numbers: { memoryMaps: maps.used, maxMapCount: maps.limit, ...threadsOf(evidence) },
  };
}

export function addressSpace(evidence: Evidence): Finding | undefined {
  const lack = lackOf(evidence);
  if (lack?.cause !== 'address space') return undefined;
  const space = addressSpaceOf(evidence);
  const limit = shareOf(space) >= halfway ? space.limit : undefined;
  const ofLimit = limit === undefined ? '' : ` of ${megabytes(limit)}`;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server could reserve no more address space, with ${megabytes(space.used)}${ofLimit} MB of it${quote(lastWords(evidence))}`,
    numbers: {
      virtualBytes: space.used,
      ...(limit !== undefined && { addressSpaceBytes: limit }),
      addressBits: evidence.limits.addressBits,
      ...threadsOf(evidence),
    },
  };
}

export function threadCreation(evidence: Evidence): Finding | undefined {
  const lack = lackOf(evidence);
  if (lack?.cause !== 'thread creation') return undefined;
  const { pids, pidsMax } = evidence.timeline.samples.at(-1)?.value.cgroup ?? {};
  const limit = pidsMax === undefined ? '' : `; its cgroup has ${pids ?? '?'} of ${pidsMax} tasks`;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `${lack.threadFailures} threads could not be started${limit}${quote(lastWords(evidence))}`,
    numbers: {
      threadFailures: lack.threadFailures,
      ...threadsOf(evidence),
      ...(pidsMax !== undefined && { cgroupPidsMax: pidsMax }),
    },
  };
}

export function serverCrashed(evidence: Evidence): Finding | undefined {
  const { end } = evidence.timeline;
  if (end === undefined || end.value.signal === null || end.value.signal === 'SIGKILL') return undefined;
  if (lackOf(evidence)?.endedIt) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `by ${end.value.signal}${quote(end.value.lastWords)}`,
    numbers: { signal: end.value.signal },
  };
}

export function serverKilled(evidence: Evidence): Finding | undefined {
  const { end, guard } = evidence.timeline;
  if (end?.value.signal !== 'SIGKILL' || guard !== undefined) return undefined;
  const kills = killsOf(evidence);
  if (kills !== undefined && (kills.onMachine > 0 || kills.inCgroup > 0)) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail:
      kills === undefined
        ? `by SIGKILL before its first sample: whether for lack of memory was not counted${quote(end.value.kernelLog)}`
        : `by SIGKILL from outside: neither the guard nor the kernel counted a kill for lack of memory${quote(end.value.kernelLog)}`,
    numbers: { signal: 'SIGKILL' },
  };
}

export function serverEnded(evidence: Evidence): Finding | undefined {
  const { end } = evidence.timeline;
  if (end === undefined || end.value.exitCode === null || lackOf(evidence)?.endedIt) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `with exit code ${end.value.exitCode}${quote(end.value.lastWords)}`,
    numbers: { exitCode: end.value.exitCode },
  };
}

/**
 * How often the kernel killed for lack of memory since before clients began to connect; unknown when there was no
 * sample. The kernel counts a kill before the server is gone, so that its last sample can have it; and a server moved
 * to another cgroup has another count from then on.
 */
function killsOf(evidence: Evidence): { onMachine: number; inCgroup: number } | undefined {
  const end = evidence.timeline.end?.value;
  const samples = sinceBefore(evidence);
  if (end === undefined || samples.length === 0) return undefined;
  // A sample that could not read the count says nothing of what was counted before.
  const least = (kills: (number | undefined)[]) => {
    const known = kills.filter((number) => number !== undefined);
    return known.length === 0 ? 0 : Math.min(...known);
  };
  return {
    onMachine: (end.machine.oomKills ?? 0) - least(samples.map(({ value }) => value.machine.oomKills)),
    inCgroup: (end.cgroup.oomKills ?? 0) - least(samples.map(({ value }) => value.cgroup.oomKills)),
  };
}

/** The samples since clients began to connect, and the one before. */
function sinceBefore({ timeline: { samples }, connectingAt }: Evidence) {
  return from(before(connectingAt, samples)?.atMilliseconds ?? connectingAt, samples);
}

/** The most that were open at once: those of a server that was killed are gone before its end is known. */
function clientsHeld(evidence: Evidence): { text: string; numbers: Finding['numbers'] } {
  const open = clientsOpen(evidence);
  if (open.length === 0) return { text: '', numbers: {} };
  const most = open.reduce((one, other) => Math.max(one, other));
  return { text: ` at ${most.toLocaleString('en-US')} clients`, numbers: { clientsOpen: most } };
}

function lastMemory({ timeline }: Evidence): string {
  const last = timeline.samples.at(-1)?.value;
  if (last === undefined) return '';
  return `; a moment before it had ${megabytes(last.process.rssBytes)} MB, and ${megabytes(last.machine.memoryAvailableBytes)} MB were available`;
}

function lastWords({ timeline: { end } }: Evidence): string[] {
  return end?.value.lastWords ?? [];
}
