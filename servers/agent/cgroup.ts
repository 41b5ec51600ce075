import { join } from 'node:path';
import type { CgroupSample } from '../contract/agent.ts';
import {
  type CgroupPlace,
  type Controller,
  findAccountingPlace,
  findPlace,
  parseCgroupMounts,
  upwards,
} from './cgroup-places.ts';
import { parseOomKills, readCount, readText } from './kernel-text.ts';
import { parseStat } from './process.ts';

export type CgroupPlaces = { [Name in Controller]?: CgroupPlace | undefined };

const memoryFiles = {
  1: { usage: 'memory.usage_in_bytes', max: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  2: { usage: 'memory.current', max: 'memory.max', events: 'memory.events' },
};
/** Names of files, the same in both versions. */
const pidsFiles = { usage: 'pids.current', max: 'pids.max' };

/**
 * Creates a reader of the cgroups of one process. After its end the reader reads those that the process was in last.
 */
export function createCgroupReader(pid: number | 'self'): () => CgroupSample {
  const mounts = parseCgroupMounts(readText('/proc/self/mountinfo') ?? '');
  let places: CgroupPlaces = {};
  // Runs before each reading, because a process can be moved, and once now, because it may end before the first
  // reading.
  const follow = () => {
    const membership = readText(`/proc/${pid}/cgroup`);
    // Reads in this order: for an exiting process the kernel shows / in a hierarchy of version 1 (proc_cgroup_show).
    const stat = readText(`/proc/${pid}/stat`);
    if (membership === undefined || stat === undefined || parseStat(stat).isExiting) return;
    places = placesOf(membership);
  };
  const placesOf = (membership: string): CgroupPlaces => {
    const memory = findPlace(mounts, membership, 'memory');
    const pids = findPlace(mounts, membership, 'pids');
    return {
      memory: memory && findAccountingPlace(memory, memoryFiles[memory.version].events),
      pids: pids && findAccountingPlace(pids, pidsFiles.usage),
    };
  };
  follow();
  return () => {
    follow();
    return readCgroup(places);
  };
}

export function readCgroup({ memory, pids }: CgroupPlaces): CgroupSample {
  const memoryLimit = memory && readTightest(memory, memoryFiles[memory.version]);
  const pidsLimit = pids && readTightest(pids, pidsFiles);
  return {
    memoryBytes: memoryLimit?.usage,
    memoryMaxBytes: memoryLimit?.max,
    // No matter which cgroup's limit was hit, the kernel counts a kill in the cgroup of the killed process
    // (memcg_memory_event_mm).
    oomKills: memory && parseOomKills(readText(join(memory.directory, memoryFiles[memory.version].events))),
    pids: pidsLimit?.usage,
    pidsMax: pidsLimit?.max,
  };
}

/**
 * Lowest limit of a cgroup and those above it, and the usage of the cgroup that sets it. Without a limit: the usage of
 * the process's own cgroup. Between two equal limits the upper one counts, because it fills first.
 */
function readTightest(
  place: CgroupPlace,
  files: { usage: string; max: string },
): { usage?: number | undefined; max?: number | undefined } {
  let tightest = place.directory;
  let max: number | undefined;
  for (const directory of upwards(place)) {
    const limit = readCount(join(directory, files.max));
    if (limit === undefined || limit > (max ?? limit)) continue;
    max = limit;
    tightest = directory;
  }
  return { usage: readCount(join(tightest, files.usage)), max };
}
