import type { Config } from '../plan/config.ts';
import type { ArrivalStep } from '../record/arrival-step.ts';
import { fixed } from '../text/format.ts';
import type { Trial, TrialResult } from '../trial/trial.ts';
import { judgeArrivals } from './judge-arrivals.ts';

/**
 * How fast can clients arrive? At each rate that was asked for, or at rising ones until a step is not kept, clients
 * come open loop: the next one comes when it is due, whatever became of those before.
 */
export async function arrivalsTrial(trial: Trial): Promise<TrialResult<ArrivalStep[]>> {
  const { config, record, progress } = trial.context;
  const { ratesPerSecond } = config.arrivals;
  const saturate = ratesPerSecond.length === 0;
  const rates = saturate ? risingRates(config.arrivals) : ratesPerSecond;
  const steps: ArrivalStep[] = [];
  // Not counted: code is compiled, and threads of the first clients are started.
  await arrive(trial, rates[0] ?? config.arrivals.firstPerSecond);
  for (const rate of rates) {
    const before = saturate ? steps.at(-1) : undefined;
    const arrived = await trial.claimed(`${rate} arrivals a second`, () => arrive(trial, rate));
    const step = judgeArrivals(rate, arrived, before, config);
    steps.push(step);
    record.append({ type: 'arrival', trial: trial.planned.id, step });
    progress.phase(`  ${trial.planned.contender}: ${describe(step)}`);
    if (saturate && step.verdict !== 'kept') break;
  }
  return { found: steps };
}

function arrive(trial: Trial, rate: number) {
  const { arrivals, ramp } = trial.context.config;
  const durationMilliseconds = Math.round(Math.max(arrivals.stepMilliseconds, (arrivals.leastArrivals / rate) * 1_000));
  // Each arrival has its own time-out; the last one begins when the step is over, and has to be closed too.
  const within = durationMilliseconds + ramp.connectTimeoutMilliseconds + 10_000;
  return trial.arrive(rate, durationMilliseconds, within);
}

/** Each by the same factor above the one before. Pure. */
export function risingRates({ firstPerSecond, growth, mostPerSecond }: Config['arrivals']): number[] {
  const rates: number[] = [];
  for (let rate = firstPerSecond; rate <= mostPerSecond; rate *= growth) rates.push(Math.round(rate * 10) / 10);
  return rates;
}

function describe({ askedPerSecond, achievedPerSecond, correctedPong, verdict, reasons }: ArrivalStep): string {
  const latency =
    correctedPong === undefined
      ? 'none came through'
      : `p50 ${fixed(correctedPong.p50Milliseconds, 1)} ms, p99 ${fixed(correctedPong.p99Milliseconds, 1)} ms`;
  return `${Math.round(askedPerSecond)} arrivals/s asked, ${Math.round(achievedPerSecond)} achieved, ${latency}: ${[verdict, ...reasons].join(', ')}`;
}
