import { estimatedMaps, firstCounted, firstSample } from './evidence.ts';
import { type Evidence, nearlyAll } from './rule.ts';

/** The resource of every thread that the server did not get. */
export interface Lack {
  cause: 'memory maps' | 'address space' | 'server descriptors' | 'thread creation';
  atMilliseconds: number;
  /** Threads that did not start, as far as the server counted them. */
  threadFailures: number;
  /** The last words of the server say so. */
  endedIt: boolean;
}

/** Last words for want of a resource. V8 then ends the process; Node does so when one of its own threads does not start. */
const words = {
  reservation:
    /Fatal (JavaScript|process) out of memory|reserve virtual memory|CodeRange|SegmentedTable|pthread_create|Cannot allocate memory/,
  thread: /EAGAIN\s+at new Worker|ERR_WORKER_INIT_FAILED/,
  /** V8 says this of a heap at its own limit as well. */
  heap: /JavaScript heap out of memory/,
};
type Words = keyof typeof words;

/** Last words and the count of failed threads show a lack. Samples tell which limit caused it. */
export function lackOf(evidence: Evidence): Lack | undefined {
  const counted = firstCounted(evidence, ({ counters }) => counters.threadFailures);
  const said = lastWordsOf(evidence);
  const kind = said?.kind ?? (counted && 'thread');
  const cause = kind && causeOf(kind, evidence);
  if (cause === undefined) return undefined;
  return {
    cause,
    atMilliseconds: Math.min(...[counted, said].flatMap((seen) => (seen === undefined ? [] : [seen.atMilliseconds]))),
    threadFailures: counted?.rise ?? 1,
    endedIt: said !== undefined,
  };
}

function lastWordsOf({ timeline: { end } }: Evidence): { kind: Words; atMilliseconds: number } | undefined {
  if (end === undefined || (end.value.signal === null && end.value.exitCode === 0)) return undefined;
  const text = end.value.lastWords.join('\n');
  const kind = (['reservation', 'thread', 'heap'] as const).find((one) => words[one].test(text));
  return kind && { kind, atMilliseconds: end.atMilliseconds };
}

function causeOf(kind: Words, evidence: Evidence): Lack['cause'] | undefined {
  const maps = shareOf(mapsOf(evidence));
  const addressSpace = shareOf(addressSpaceOf(evidence));
  // A failed reservation lacks one of these two: the one nearer to its limit. A thread can lack other things as well.
  const enough = kind === 'reservation' ? halfway : nearlyMapsLimit;
  if (maps >= enough && maps >= addressSpace) return 'memory maps';
  if (kind === 'thread' && reachedDescriptors(evidence) !== undefined) return 'server descriptors';
  if (kind === 'reservation' || addressSpace >= halfway) return 'address space';
  return kind === 'thread' ? 'thread creation' : undefined;
}

/** The first sample in which the descriptors of the server were at their limit. */
export function reachedDescriptors(evidence: Evidence) {
  const reached = firstSample(evidence, ({ process: { openDescriptors = 0, openFilesLimit } }) =>
    openFilesLimit === undefined ? false : openDescriptors >= nearlyAll * openFilesLimit,
  );
  const { openDescriptors = 0, openFilesLimit = 0 } = reached?.value.process ?? {};
  return reached && { atMilliseconds: reached.atMilliseconds, openDescriptors, openFilesLimit };
}

/** Lower than `nearlyAll`, because the number of maps is an estimate. */
const nearlyMapsLimit = 0.9;
/** A server can double in the second since its last sample: a thread takes most of a gigabyte of address space. */
export const halfway = 0.5;

interface Used {
  used: number;
  limit: number;
}

/** The estimated memory maps of the server, and its limit. */
export function mapsOf(evidence: Evidence): Used | undefined {
  const used = estimatedMaps(evidence);
  const limit = evidence.limits.maxMapCount;
  return used === undefined || limit === undefined ? undefined : { used: Math.min(used, limit), limit };
}

/** The address space of the server in its last sample, and its limit, in bytes. */
export function addressSpaceOf({ timeline, limits }: Evidence): Used {
  const used = timeline.samples.at(-1)?.value.process.virtualBytes ?? 0;
  return { used, limit: Math.min(limits.addressSpaceBytes ?? Number.POSITIVE_INFINITY, 2 ** limits.addressBits) };
}

/** 0 when the amount is unknown. */
export function shareOf(used: Used | undefined): number {
  return used === undefined ? 0 : used.used / used.limit;
}
