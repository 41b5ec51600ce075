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
  if (reachedMaps(evidence) !== undefined) return 'memory maps';
  if (sign === 'thread' && reachedDescriptors(evidence) !== undefined) return 'server descriptors';
  if (sign === 'reservation' || reachedAddressSpace(evidence) !== undefined) return 'address space';
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

/** The server's maps and their limit, when they have come close to it. */
export function reachedMaps(evidence: Evidence) {
  const maps = estimatedMaps(evidence);
  const limit = evidence.limits.maxMapCount;
  // Less than nearly all: the last sample is up to a second old, and threads come fast.
  const share = 0.9;
  return maps !== undefined && limit !== undefined && maps >= share * limit ? { maps, limit } : undefined;
}

/** The same of its address space. */
export function reachedAddressSpace({ timeline, limits }: Evidence) {
  const bytes = timeline.samples.at(-1)?.value.process.virtualBytes ?? 0;
  const limit = Math.min(limits.addressSpaceBytes ?? Number.POSITIVE_INFINITY, 2 ** limits.addressBits);
  // Most of a gigabyte for each thread: in the second since the last sample it can have doubled.
  const share = 0.5;
  return bytes >= share * limit ? { bytes, limit } : undefined;
}
