import { wholeMegabytes } from '../../text/format.ts';
import { quote } from '../../text/words.ts';
import { threadsOf } from '../evidence.ts';
import { addressSpaceOf, halfway, lackOf, mapsOf, shareOf } from '../lack.ts';
import type { CauseRule, Effect, Evidence, Sign } from '../rule.ts';

/** A lack mostly ends the server. One that survives it keeps clients out. */
const explains: readonly Effect[] = ['end', 'connections', 'time'];

/** What a server lacked to start a thread. `rules/refusals.ts` has its descriptors. */
export const threadRules: readonly CauseRule[] = [
  { cause: 'memory maps', explains, find: memoryMaps },
  { cause: 'address space', explains, find: addressSpace },
  { cause: 'thread creation', explains, find: threadCreation },
];

function memoryMaps(evidence: Evidence): Sign | undefined {
  const lack = lackOf(evidence);
  const maps = mapsOf(evidence);
  if (lack?.cause !== 'memory maps' || maps === undefined) return undefined;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server had about ${maps.used} of ${maps.limit} memory maps (vm.max_map_count)${quote(lastWords(evidence))}`,
    numbers: { memoryMaps: maps.used, maxMapCount: maps.limit, ...threadsOf(evidence) },
  };
}

function addressSpace(evidence: Evidence): Sign | undefined {
  const lack = lackOf(evidence);
  if (lack?.cause !== 'address space') return undefined;
  const space = addressSpaceOf(evidence);
  const limit = shareOf(space) >= halfway ? space.limit : undefined;
  const ofLimit = limit === undefined ? '' : ` of ${wholeMegabytes(limit)}`;
  return {
    atMilliseconds: lack.atMilliseconds,
    detail: `the server could reserve no more address space, with ${wholeMegabytes(space.used)}${ofLimit} MB of it${quote(lastWords(evidence))}`,
    numbers: {
      virtualBytes: space.used,
      ...(limit !== undefined && { addressSpaceBytes: limit }),
      addressBits: evidence.limits.addressBits,
      ...threadsOf(evidence),
    },
  };
}

function threadCreation(evidence: Evidence): Sign | undefined {
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

function lastWords({ timeline: { end } }: Evidence): string[] {
  return end?.value.lastWords ?? [];
}
