import type { Verdict } from '../record/verdict.ts';
import type { CauseRule, Effect, Evidence } from './rule.ts';
import { crowdingRules } from './rules/crowding.ts';
import { endRules } from './rules/ends.ts';
import { memoryRules } from './rules/memory.ts';
import { refusalRules } from './rules/refusals.ts';
import { slownessRules } from './rules/slowness.ts';
import { threadRules } from './rules/threads.ts';

/** All rules. Each stands on its own; when two causes show at the same moment, the one further up wins. */
export const rules: readonly CauseRule[] = [
  ...memoryRules,
  ...threadRules,
  ...endRules,
  ...refusalRules,
  ...slownessRules,
  ...crowdingRules,
];

/**
 * Why a search stopped. Pure: the same evidence gives the same verdict. The earliest cause that can explain what happened
 * wins. "unknown" is a legal answer, and its detail has everything that was seen.
 */
export function decide(evidence: Evidence): Verdict {
  const { step, timeline, timeIsUpAt } = evidence;
  const hasEnded = timeline.end !== undefined || timeline.guard !== undefined;
  if (!hasEnded && timeIsUpAt === undefined) {
    if (step?.verdict === 'void') return plain('fleet saturated', `the step is void: ${step.reasons.join('; ')}`);
    if (step?.verdict === 'passed') {
      const target = `${step.observation.clientsRequested} clients, the target of this run`;
      return plain(
        'target reached',
        [target, ...(evidence.predicted === undefined ? [] : [evidence.predicted])].join('; '),
      );
    }
  }
  const effects = effectsOf(evidence, hasEnded);
  const [first, ...others] = rules
    .filter(({ explains }) => explains.some((effect) => effects.has(effect)))
    .flatMap((rule) => {
      const sign = rule.find(evidence);
      return sign === undefined ? [] : [{ cause: rule.cause, ...sign }];
    })
    .toSorted((one, other) => one.atMilliseconds - other.atMilliseconds);
  const failed = step?.verdict === 'failed' ? [step.reasons.join('; ')] : [];
  if (first === undefined) {
    return plain('unknown', [...failed, `seen: ${seen(evidence)}`].join('; '));
  }
  return {
    cause: first.cause,
    detail: [first.detail, ...failed].join('; '),
    numbers: first.numbers,
    // Two rules can find the same cause.
    others: others
      .filter(
        ({ cause }, index) => cause !== first.cause && others.findIndex((other) => other.cause === cause) === index,
      )
      .map(({ cause, detail }) => ({ cause, detail })),
  };
}

function plain(cause: Verdict['cause'], detail: string): Verdict {
  return { cause, detail, numbers: {}, others: [] };
}

/** What has to be explained. The end of a server explains everything that came with it. */
function effectsOf({ step, timeIsUpAt }: Evidence, hasEnded: boolean): ReadonlySet<Effect> {
  if (hasEnded) return new Set(['end']);
  if (timeIsUpAt !== undefined) return new Set(['time']);
  return new Set(step?.symptoms);
}

/** The last of each kind of evidence, for a reader who looks for the cause. */
function seen({ timeline, step, limits }: Evidence): string {
  return JSON.stringify({
    observation: step?.observation,
    sample: timeline.samples.at(-1)?.value,
    counters: timeline.counters.at(-1)?.value,
    fleet: timeline.fleet.slice(-3).map(({ value }) => value),
    end: timeline.end?.value,
    limits,
  });
}
