import { type Evidence, estimatedMaps, firstCounted, firstSample } from './evidence.ts';
import { nearlyAll } from './rule.ts';

/** What a server did not get that every thread needs. */
export interface Lack {
  cause: 'memory maps' | 'address space' | 'server descriptors' | 'thread creation';
  atMilliseconds: number;
  /** Threads that were not started, so far as it could count them. */
  threadFailures: number;
  /** Its last words say so. */
  endedIt: boolean;
}

/** What is said when there is no more; V8 then ends the process, and Node does when it is a thread of its own. */
const words = {
  reservation:
    /Fatal (JavaScript|process) out of memory|reserve virtual memory|CodeRange|SegmentedTable|pthread_create|Cannot allocate memory/,
  thread: /EAGAIN\s+at new Worker|ERR_WORKER_INIT_FAILED/,
  /** Of a heap that may not grow further, too. */
  heap: /JavaScript heap out of memory/,
};
type Sign = keyof typeof words;

/** By its last words and its count of threads that failed; which of the bounds on them it was, its samples tell. */
export function lackOf(evidence: Evidence): Lack | undefined {
  const counted = firstCounted(evidence, ({ counters }) => counters.threadFailures);
  const said = signAtEnd(evidence);
  const sign = said?.sign ?? (counted && 'thread');
  const cause = sign && causeOf(sign, evidence);
  if (cause === undefined) return undefined;
  return {
    cause,
    atMilliseconds: Math.min(...[counted, said].flatMap((seen) => (seen === undefined ? [] : [seen.atMilliseconds]))),
    threadFailures: counted?.rise ?? 1,
    endedIt: said !== undefined,
  };
}

function signAtEnd({ timeline: { end } }: Evidence): { sign: Sign; atMilliseconds: number } | undefined {
  if (end === undefined || (end.value.signal === null && end.value.exitCode === 0)) return undefined;
  const text = end.value.lastWords.join('\n');
  const sign = (['reservation', 'thread', 'heap'] as const).find((one) => words[one].test(text));
  return sign && { sign, atMilliseconds: end.atMilliseconds };
}

function causeOf(sign: Sign, evidence: Evidence): Lack['cause'] | undefined {
  const maps = shareOf(mapsOf(evidence));
  const addressSpace = shareOf(addressSpaceOf(evidence));
  // A thread needs more than these two, a reservation does not: then it was the one that was nearer to its limit.
  const enough = sign === 'reservation' ? halfway : nearlyMapsLimit;
  if (maps >= enough && maps >= addressSpace) return 'memory maps';
  if (sign === 'thread' && reachedDescriptors(evidence) !== undefined) return 'server descriptors';
  if (sign === 'reservation' || addressSpace >= halfway) return 'address space';
  return sign === 'thread' ? 'thread creation' : undefined;
}

/** The first sample with the server's descriptors at their limit. */
export function reachedDescriptors(evidence: Evidence) {
  const reached = firstSample(evidence, ({ process: { openDescriptors = 0, openFilesLimit } }) =>
    openFilesLimit === undefined ? false : openDescriptors >= nearlyAll * openFilesLimit,
  );
  const { openDescriptors = 0, openFilesLimit = 0 } = reached?.value.process ?? {};
  return reached && { atMilliseconds: reached.atMilliseconds, openDescriptors, openFilesLimit };
}

/** Less than nearly all: the number of maps is an estimate. */
const nearlyMapsLimit = 0.9;
/** In the second since its last sample a server can have doubled: a thread takes most of a gigabyte of address space. */
export const halfway = 0.5;

interface Used {
  used: number;
  limit: number;
}

/** About how many memory maps the server had, and how many it may have. */
export function mapsOf(evidence: Evidence): Used | undefined {
  const used = estimatedMaps(evidence);
  const limit = evidence.limits.maxMapCount;
  return used === undefined || limit === undefined ? undefined : { used: Math.min(used, limit), limit };
}

/** The same of its address space, in bytes, by its last sample. */
export function addressSpaceOf({ timeline, limits }: Evidence): Used {
  const used = timeline.samples.at(-1)?.value.process.virtualBytes ?? 0;
  return { used, limit: Math.min(limits.addressSpaceBytes ?? Number.POSITIVE_INFINITY, 2 ** limits.addressBits) };
}

/** 0 when it is not known. */
export function shareOf(used: Used | undefined): number {
  return used === undefined ? 0 : used.used / used.limit;
}
