import type { Verdict } from '../record/verdict.ts';
import type { Evidence } from './evidence.ts';
import type { Effect } from './rule.ts';
import { rules } from './rules.ts';

/**
 * Pure: the same evidence gives the same verdict. Of the causes that can explain what happened, the earliest wins.
 * "unknown" is a legal answer and tells all that was seen.
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
      const finding = rule.find(evidence);
      return finding === undefined ? [] : [{ cause: rule.cause, ...finding }];
    })
    .toSorted((one, other) => one.atMilliseconds - other.atMilliseconds);
  const failed = step?.verdict === 'failed' ? [step.reasons.join('; ')] : [];
  if (first === undefined) {
    return { ...plain('unknown', [...failed, `seen: ${seen(evidence)}`].join('; ')) };
  }
  return {
    cause: first.cause,
    detail: [first.detail, ...failed].join('; '),
    numbers: first.numbers,
    // One cause can show in two ways.
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

/** What has to be explained. An end explains whatever came with it. */
function effectsOf({ step, timeIsUpAt }: Evidence, hasEnded: boolean): ReadonlySet<Effect> {
  if (hasEnded) return new Set(['end']);
  if (timeIsUpAt !== undefined) return new Set(['time']);
  return new Set(step?.symptoms);
}

/** Everything that was last known, for someone who wants to find out. */
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
