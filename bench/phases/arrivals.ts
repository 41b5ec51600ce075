import type { Config } from '../plan/config.ts';
import type { ArrivalStep } from '../record/arrival-step.ts';
import { fixed } from '../text/format.ts';
import type { Trial, TrialResult } from '../trial/trial.ts';
import { judgeArrivals } from './judge-arrivals.ts';

/**
 * Measures how fast clients can arrive: at each requested rate, or at rising rates until a step is not kept. Clients
 * arrive open loop: each comes when it is due, whether or not earlier ones have finished.
 */
export async function arrivalsTrial(trial: Trial): Promise<TrialResult<ArrivalStep[]>> {
  const { config, record, progress } = trial.context;
  const { ratesPerSecond } = config.arrivals;
  const saturate = ratesPerSecond.length === 0;
  const rates = saturate ? risingRates(config.arrivals) : ratesPerSecond;
  const steps: ArrivalStep[] = [];
  // A warm-up that does not count: code is compiled, and threads of the first clients are started.
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
  // The last arrival begins at the end of the step, and may take its whole time-out and then close.
  const within = durationMilliseconds + ramp.connectTimeoutMilliseconds + 10_000;
  return trial.arrive(rate, durationMilliseconds, within);
}

/** Rates from `firstPerSecond` to `mostPerSecond`, each `growth` times the one before, rounded to 0.1. Pure. */
export function risingRates({ firstPerSecond, growth, mostPerSecond }: Config['arrivals']): number[] {
  const rates: number[] = [];
  for (let rate = firstPerSecond; rate <= mostPerSecond; rate *= growth) rates.push(Math.round(rate * 10) / 10);
  return rates;
}

function describe({ askedPerSecond, achievedPerSecond, correctedPong, verdict, reasons }: ArrivalStep): string {
  const latency =
    correctedPong === undefined
      ? 'none succeeded'
      : `p50 ${fixed(correctedPong.p50Milliseconds, 1)} ms, p99 ${fixed(correctedPong.p99Milliseconds, 1)} ms`;
  return `${Math.round(askedPerSecond)} arrivals/s asked, ${Math.round(achievedPerSecond)} achieved, ${latency}: ${[verdict, ...reasons].join(', ')}`;
}
