import { quote } from '../../text/words.ts';
import { lackOf } from '../lack.ts';
import type { CauseRule, Evidence, Sign } from '../rule.ts';
import { killsOf } from './memory.ts';

/** Ends of a server that no lack of memory or of threads explains. */
export const endRules: readonly CauseRule[] = [
  { cause: 'server crashed', explains: ['end'], find: serverCrashed },
  { cause: 'server killed', explains: ['end'], find: serverKilled },
  { cause: 'server ended', explains: ['end'], find: serverEnded },
];

function serverCrashed(evidence: Evidence): Sign | undefined {
  const { end } = evidence.timeline;
  if (end === undefined || end.value.signal === null || end.value.signal === 'SIGKILL') return undefined;
  if (lackOf(evidence)?.endedIt) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `by ${end.value.signal}${quote(end.value.lastWords)}`,
    numbers: { signal: end.value.signal },
  };
}

function serverKilled(evidence: Evidence): Sign | undefined {
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

function serverEnded(evidence: Evidence): Sign | undefined {
  const { end } = evidence.timeline;
  if (end === undefined || end.value.exitCode === null || lackOf(evidence)?.endedIt) return undefined;
  return {
    atMilliseconds: end.atMilliseconds,
    detail: `with exit code ${end.value.exitCode}${quote(end.value.lastWords)}`,
    numbers: { exitCode: end.value.exitCode },
  };
}
