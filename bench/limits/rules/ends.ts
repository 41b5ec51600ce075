import { type Evidence, type Finding, threadsOf } from '../evidence.ts';
import { lackOf, reachedAddressSpace, reachedMaps } from '../lack.ts';
import { megabytes, quote } from '../words.ts';

export function memoryGuard({ timeline: { guard } }: Evidence): Finding | undefined {
  return (
    guard && {
      atMilliseconds: guard.atMilliseconds,
      detail: `the guard killed the server with ${megabytes(guard.value.memoryAvailableBytes)} of ${megabytes(guard.value.memoryTotalBytes)} MB available`,
      numbers: {
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
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `the kernel killed the server in its cgroup, limited to ${megabytes(reached.limit)} MB${lastMemory(evidence)}`,
    numbers: {
      cgroupOomKills: kills.inCgroup,
      cgroupMemoryMaxBytes: reached.limit,
      cgroupMemoryBytes: reached.bytes,
    },
  };
}

export function kernelOomKiller(evidence: Evidence): Finding | undefined {
  const { end, samples } = evidence.timeline;
  const kills = killsOf(evidence);
  const before = samples.at(-1)?.value.machine;
  if (end?.value.signal !== 'SIGKILL' || kills === undefined || before === undefined) return undefined;
  if (kills.onMachine <= 0 || (kills.inCgroup > 0 && reachedCgroupMemory(evidence) !== undefined)) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `the kernel killed the server for lack of memory${lastMemory(evidence)}${quote(end.value.kernelLog)}`,
    numbers: { oomKills: kills.onMachine, memoryAvailableBytes: before.memoryAvailableBytes },
  };
}

/**
 * The limit of the server's cgroup, when there is one and it was near. A cgroup counts kills "by any kind of OOM killer"
 * (memory.events, Documentation/admin-guide/cgroup-v2.rst), the whole machine's too.
 */
function reachedCgroupMemory({ timeline: { samples } }: Evidence) {
  const { memoryBytes: bytes, memoryMaxBytes: limit } = samples.at(-1)?.value.cgroup ?? {};
  // In the second since the last sample a server can have come a long way.
  const share = 0.5;
  return bytes !== undefined && limit !== undefined && bytes >= share * limit ? { bytes, limit } : undefined;
}

export function memoryMaps(evidence: Evidence): Finding | undefined {
  const lack = lackOf(evidence);
  const reached = reachedMaps(evidence);
  if (lack?.cause !== 'memory maps' || reached === undefined) return undefined;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server had about ${reached.maps} of ${reached.limit} memory maps (vm.max_map_count)${quote(lastWords(evidence))}`,
    numbers: { memoryMaps: reached.maps, maxMapCount: reached.limit, ...threadsOf(evidence) },
  };
}

export function addressSpace(evidence: Evidence): Finding | undefined {
  const lack = lackOf(evidence);
  if (lack?.cause !== 'address space') return undefined;
  const virtualBytes = evidence.timeline.samples.at(-1)?.value.process.virtualBytes ?? 0;
  const limit = reachedAddressSpace(evidence)?.limit;
  const ofLimit = limit === undefined ? '' : ` of ${megabytes(limit)}`;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server could reserve no more address space, with ${megabytes(virtualBytes)}${ofLimit} MB of it${quote(lastWords(evidence))}`,
    numbers: {
      virtualBytes,
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

/** How often the kernel killed for lack of memory from the last sample to the end; unknown when there was no sample. */
function killsOf({ timeline: { samples, end } }: Evidence): { onMachine: number; inCgroup: number } | undefined {
  const before = samples.at(-1)?.value;
  if (before === undefined || end === undefined) return undefined;
  return {
    onMachine: (end.value.machine.oomKills ?? 0) - (before.machine.oomKills ?? 0),
    inCgroup: (end.value.cgroup.oomKills ?? 0) - (before.cgroup.oomKills ?? 0),
  };
}

function lastMemory({ timeline }: Evidence): string {
  const last = timeline.samples.at(-1)?.value;
  if (last === undefined) return '';
  return `; a moment before it had ${megabytes(last.process.rssBytes)} MB, and ${megabytes(last.machine.memoryAvailableBytes)} MB were available`;
}

function lastWords({ timeline: { end } }: Evidence): string[] {
  return end?.value.lastWords ?? [];
}
