import type { Step } from '../trial/step.ts';
import type { Trial } from '../trial/trial.ts';

/** Why a ramp ended. */
export const causes = [
  'target reached',
  'memory',
  'server killed',
  'server crashed',
  'server ended',
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
  'server descriptors',
  'server thread limit',
  'server threads',
  'time limit',
  'server hung',
  'event loop saturated',
  'CPU saturated',
  'latency',
  'connections lost',
  'connections failed',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** What was known when the ramp ended. */
export interface Evidence {
  step: Step | undefined;
  timeIsUp: boolean;
  clientsOpen: number;
  /** Available when the guard struck. */
  guard: { memoryAvailableBytes: number; memoryTotalBytes: number } | undefined;
  end: { exitCode: number | null; signal: string | null; lastWords: string[] } | undefined;
  openDescriptors: number | undefined;
  openFilesLimit: number | undefined;
  refused: number;
  threadFailures: number;
  eventLoopUtilisation: number | undefined;
  cpuBusyShare: number | undefined;
  memoryAvailableBytes: number | undefined;
}

/** One cause and its evidence, in a sentence. */
export interface Verdict {
  cause: Cause;
  detail: string;
}

export function diagnose(trial: Trial, step: Step | undefined, timeIsUp: boolean): Verdict {
  const sample = trial.server.sample();
  const counters = trial.server.counters();
  return decide({
    step,
    timeIsUp,
    clientsOpen: trial.fleet.total('open'),
    guard: trial.server.guard(),
    end: trial.server.ended(),
    openDescriptors: sample?.process.openDescriptors,
    openFilesLimit: sample?.process.openFilesLimit,
    refused: counters?.counters.refused ?? 0,
    threadFailures: counters?.counters.threadFailures ?? 0,
    eventLoopUtilisation: counters?.eventLoopUtilisation,
    cpuBusyShare: sample?.machine.cpuBusyShare,
    memoryAvailableBytes: sample?.machine.memoryAvailableBytes,
  });
}

/** The share of its limit from which a count of descriptors is taken to have reached it. */
const nearlyAll = 0.99;
/** The busy share from which a loop, or all cores, are taken to be saturated. */
const saturated = 0.95;

type Rule = (evidence: Evidence) => Verdict | undefined;

/** Asked in this order: what ends a server outright, then void steps, limits that name themselves, and symptoms. */
const rules: Rule[] = [
  ({ guard }) => guard && { cause: 'memory', detail: `the guard stopped the server with ${available(guard)}` },
  ({ end }) => end && ended(end),
  ({ step }) =>
    step?.verdict === 'void' ? { cause: 'fleet saturated', detail: `the step is void: ${reasonsOf(step)}` } : undefined,
  whenConnectionsFailed('ports', 'fleet out of ports'),
  whenConnectionsFailed('descriptors', 'fleet out of descriptors'),
  whenStuck(({ openDescriptors = 0, openFilesLimit = Number.POSITIVE_INFINITY }) =>
    openDescriptors >= nearlyAll * openFilesLimit
      ? { cause: 'server descriptors', detail: `${openDescriptors} of ${openFilesLimit} descriptors open` }
      : undefined,
  ),
  whenStuck(({ refused }) =>
    refused > 0 ? { cause: 'server thread limit', detail: `${refused} connections beyond --max-threads` } : undefined,
  ),
  whenStuck(({ threadFailures }) =>
    threadFailures > 0 ? { cause: 'server threads', detail: `${threadFailures} threads failed` } : undefined,
  ),
  ({ timeIsUp, clientsOpen }) =>
    timeIsUp ? { cause: 'time limit', detail: `${clientsOpen} clients connected when the time was up` } : undefined,
  ({ step }) =>
    step?.verdict === 'passed'
      ? { cause: 'target reached', detail: `${step.observation.clientsRequested} clients, the target of this run` }
      : undefined,
  whenFailed(({ step }) =>
    step?.observation.serverReported === false ? { cause: 'server hung', detail: 'it was still running' } : undefined,
  ),
  whenFailed(({ eventLoopUtilisation = 0 }) =>
    eventLoopUtilisation >= saturated
      ? { cause: 'event loop saturated', detail: `busy ${Math.round(eventLoopUtilisation * 100)} % of the time` }
      : undefined,
  ),
  whenFailed(({ cpuBusyShare = 0 }) =>
    cpuBusyShare >= saturated
      ? { cause: 'CPU saturated', detail: `all cores busy ${Math.round(cpuBusyShare * 100)} % of the time` }
      : undefined,
  ),
  whenFailed(({ step }) =>
    step !== undefined && step.observation.clientsLost > 0
      ? { cause: 'connections lost', detail: 'by a server that had descriptors, threads and time left' }
      : undefined,
  ),
  whenFailed(({ step }) =>
    step !== undefined && step.observation.clientsOpen < step.observation.clientsRequested
      ? { cause: 'connections failed', detail: 'with no resource at its limit' }
      : undefined,
  ),
  whenFailed(({ step }) =>
    step !== undefined && step.observation.clientsOpen >= step.observation.clientsRequested
      ? { cause: 'latency', detail: 'with all clients connected and no resource at its limit' }
      : undefined,
  ),
];

/** Pure: the same evidence gives the same verdict. "unknown" is a legal answer and says all that was seen. */
export function decide(evidence: Evidence): Verdict {
  for (const rule of rules) {
    const verdict = rule(evidence);
    if (verdict !== undefined) return verdict;
  }
  return { cause: 'unknown', detail: JSON.stringify(evidence) };
}

/** A rule about failed steps; what failed is added to its words. */
function whenFailed(rule: Rule): Rule {
  return (evidence) => {
    if (evidence.step?.verdict !== 'failed') return undefined;
    const verdict = rule(evidence);
    return verdict && { ...verdict, detail: `${verdict.detail}; ${reasonsOf(evidence.step)}` };
  };
}

/** A rule about a limit that keeps clients out: a step that failed, or one whose clients had not come when time was up. */
function whenStuck(rule: Rule): Rule {
  const failed = whenFailed(rule);
  return (evidence) => (evidence.timeIsUp ? rule(evidence) : failed(evidence));
}

function whenConnectionsFailed(kind: string, cause: Cause): Rule {
  return whenFailed(({ step }) => {
    const failures = step?.observation.connectFailures[kind] ?? 0;
    return failures > 0 ? { cause, detail: `${failures} connections could not be opened` } : undefined;
  });
}

function reasonsOf(step: Step): string {
  return step.reasons.join('; ');
}

function available({ memoryAvailableBytes, memoryTotalBytes }: NonNullable<Evidence['guard']>): string {
  return `${megabytes(memoryAvailableBytes)} of ${megabytes(memoryTotalBytes)} MB available`;
}

function ended(end: NonNullable<Evidence['end']>): Verdict {
  const words = end.lastWords.slice(-3).join(' / ') || 'it said nothing';
  if (end.signal === 'SIGKILL') {
    return {
      cause: 'server killed',
      detail: 'by SIGKILL from outside: see the kernel log for its out-of-memory killer',
    };
  }
  if (end.signal !== null) return { cause: 'server crashed', detail: `by ${end.signal}: ${words}` };
  return { cause: 'server ended', detail: `with exit code ${end.exitCode}: ${words}` };
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1_000_000).toLocaleString('en-US');
}
