import type { FleetWindow } from '../../../clients/contract.ts';
import { busiestShare } from '../../host/fleet-figures.ts';
import type { AuditCheck } from '../../record/check.ts';
import { mergeQuantiles } from '../../stats/histogram.ts';
import type { Audited, AuditedWindow, Span } from './check.ts';

const littlesLawShare = 0.05;
const longestGapMilliseconds = 3_000;

/** Checks of a window whose figures enter the table. */
export function windowChecks(window: AuditedWindow, seen: Audited): AuditCheck[] {
  const { clientsRequested } = window;
  const open = window.fleet.reduce((sum, part) => sum + part.open, 0);
  const at = `at ${clientsRequested} clients`;
  return [
    {
      name: `clients open ${at}`,
      found: String(open),
      asked: String(clientsRequested),
      isMet: open === clientsRequested,
    },
    ...named(sampledThroughout(window, seen), at),
    ...(window.sending ? named(latencyChecks(window, seen), at) : []),
  ];
}

function named(checks: AuditCheck[], at: string): AuditCheck[] {
  return checks.map((check) => ({ ...check, name: `${check.name} ${at}` }));
}

/** Checks of a measurement without a window. */
export function spanChecks(span: Span, seen: Audited): AuditCheck[] {
  return named(sampledThroughout(span, seen), `at ${span.what}`);
}

function sampledThroughout({ startedAt, endedAt }: Omit<Span, 'what'>, { config, samples }: Audited): AuditCheck[] {
  // A trial that measures the cost of sampling turns it off by a very long interval.
  if (config.sampleMilliseconds > longestGapMilliseconds) return [];
  const times = samples.map(({ atMilliseconds }) => atMilliseconds);
  const within = times.filter((time) => time > startedAt && time < endedAt);
  const before = times.findLast((time) => time <= startedAt) ?? startedAt;
  const after = times.find((time) => time >= endedAt) ?? endedAt;
  const marks = [before, ...within, after];
  const gap = Math.max(...marks.slice(1).map((time, index) => time - (marks[index] ?? time)));
  return [
    {
      name: 'longest time without a sample',
      found: `${Math.round(gap)} ms`,
      asked: `at most ${longestGapMilliseconds} ms`,
      isMet: gap <= longestGapMilliseconds,
    },
  ];
}

function latencyChecks({ fleet }: AuditedWindow, { config }: Audited): AuditCheck[] {
  const corrected = mergeQuantiles(fleet.map((part) => part.correctedMicroseconds));
  const lateness = mergeQuantiles(fleet.map((part) => part.latenessMicroseconds));
  const checks: AuditCheck[] = [];
  if (corrected !== undefined) {
    const { meanMilliseconds: mean, maxMilliseconds: max, p50Milliseconds: p50, p99Milliseconds: p99 } = corrected;
    checks.push(
      // The tolerance covers rounding: both values have three significant digits.
      {
        name: 'mean latency',
        found: milliseconds(mean),
        asked: `≤ max ${milliseconds(max)}`,
        isMet: mean <= 1.001 * max,
      },
      { name: 'p50 latency', found: milliseconds(p50), asked: `≤ p99 ${milliseconds(p99)}`, isMet: p50 <= p99 },
      littlesLaw(fleet),
    );
  }
  const busy = busiestShare(fleet);
  checks.push({
    name: 'busiest loop of the fleet',
    found: `${Math.round(busy * 100)} %`,
    asked: `at most ${Math.round(config.criteria.fleetBusyShare * 100)} %`,
    isMet: busy <= config.criteria.fleetBusyShare,
  });
  if (lateness !== undefined) {
    const allowed = config.criteria.latenessShare * config.intervalMilliseconds;
    checks.push({
      name: 'p99 of how late messages were sent',
      found: milliseconds(lateness.p99Milliseconds),
      asked: `at most ${milliseconds(allowed)}`,
      isMet: lateness.p99Milliseconds <= allowed,
    });
  }
  return checks;
}

/**
 * Little's law, L = λW (Little, 1961): the mean number of waiting messages, which each process counts as they come and
 * go, must equal their rate times their mean latency, which pass through a histogram, a line and a merge. A difference
 * means that one side is wrong: an answer was counted twice, or a histogram is cut or from another window.
 */
function littlesLaw(fleet: FleetWindow[]): AuditCheck {
  const waiting = fleet.reduce((sum, part) => sum + (part.waitingMean ?? Number.NaN), 0);
  const rateTimesMean = fleet.reduce((sum, part) => {
    const latency = mergeQuantiles([part.correctedMicroseconds]);
    return sum + ((latency?.count ?? 0) * (latency?.meanMilliseconds ?? 0)) / part.durationMilliseconds;
  }, 0);
  const difference = Math.abs(waiting - rateTimesMean) / Math.max(waiting, rateTimesMean, Number.MIN_VALUE);
  return {
    name: "Little's law",
    found: `${waiting.toPrecision(3)} messages waiting, rate times latency ${rateTimesMean.toPrecision(3)}`,
    asked: `equal within ${littlesLawShare * 100} %`,
    // An unknown difference (NaN) does not meet the check.
    isMet: difference <= littlesLawShare,
  };
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
