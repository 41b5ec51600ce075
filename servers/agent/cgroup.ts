import { join } from 'node:path';
import type { CgroupSample } from '../contract/agent.ts';
import {
  type CgroupPlace,
  type Controller,
  findAccount,
  findPlace,
  parseCgroupMounts,
  upwards,
} from './cgroup-places.ts';
import { parseOomKills, readCount, readText } from './kernel-text.ts';
import { parseStat } from './process.ts';

export type CgroupPlaces = { [Name in Controller]?: CgroupPlace | undefined };

const memoryFiles = {
  1: { held: 'memory.usage_in_bytes', max: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  2: { held: 'memory.current', max: 'memory.max', events: 'memory.events' },
};
/** The same in both versions. */
const pidsFiles = { held: 'pids.current', max: 'pids.max' };

/** Reads the cgroups of one process; once it has ended, those that it was in last. */
export function createCgroupReader(pid: number | 'self'): () => CgroupSample {
  const mounts = parseCgroupMounts(readText('/proc/self/mountinfo') ?? '');
  let places: CgroupPlaces = {};
  // Each time: a process can be moved. And at once, because it may end before it is asked for.
  const follow = () => {
    const membership = readText(`/proc/${pid}/cgroup`);
    // In this order: a process on its way out is said to be in / of a hierarchy of version 1 (proc_cgroup_show).
    const stat = readText(`/proc/${pid}/stat`);
    if (membership === undefined || stat === undefined || parseStat(stat).isExiting) return;
    places = placesOf(membership);
  };
  const placesOf = (membership: string): CgroupPlaces => {
    const memory = findPlace(mounts, membership, 'memory');
    const pids = findPlace(mounts, membership, 'pids');
    return {
      memory: memory && findAccount(memory, memoryFiles[memory.version].events),
      pids: pids && findAccount(pids, pidsFiles.held),
    };
  };
  follow();
  return () => {
    follow();
    return readCgroup(places);
  };
}

export function readCgroup({ memory, pids }: CgroupPlaces): CgroupSample {
  const ofMemory = memory && readTightest(memory, memoryFiles[memory.version]);
  const ofPids = pids && readTightest(pids, pidsFiles);
  return {
    memoryBytes: ofMemory?.held,
    memoryMaxBytes: ofMemory?.max,
    // Whosever limit it was, the kernel counts a kill where the killed process is (memcg_memory_event_mm).
    oomKills: memory && parseOomKills(readText(join(memory.directory, memoryFiles[memory.version].events))),
    pids: ofPids?.held,
    pidsMax: ofPids?.max,
  };
}

/**
 * The lowest limit on the way up, and what the cgroup that sets it holds; without any, what the process's own holds.
 * Of two that are equal the upper one fills first.
 */
function readTightest(
  place: CgroupPlace,
  files: { held: string; max: string },
): { held?: number | undefined; max?: number | undefined } {
  let tightest = place.directory;
  let max: number | undefined;
  for (const directory of upwards(place)) {
    const limit = readCount(join(directory, files.max));
    if (limit === undefined || limit > (max ?? limit)) continue;
    max = limit;
    tightest = directory;
  }
  return { held: readCount(join(tightest, files.held)), max };
}
