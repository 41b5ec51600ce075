import { notTheServers } from '../record/causes.ts';
import { isMeasured } from '../stats/figure.ts';
import { leastTrials } from '../stats/verdict.ts';
import { type AnyContender, figureIn, isLowerBound, isSearch } from '../summary/figures/figure-row.ts';
import type { Summary } from '../summary/summary.ts';
import { counted, numberWord } from '../text/counted.ts';
import { percent } from '../text/format.ts';
import { describeThrottling } from '../text/throttling.ts';
import { placement, swapWarning } from './machines.ts';
import { columnsOf, type SummarizedRun } from './measured-run.ts';
import { disorder, untrusted } from './provenance.ts';
import { type Judged, rowTemplates } from './row-templates.ts';

/** What of this run must not be taken for more than it is, a sentence each; nothing that holds of every run. Pure. */
export function caveats({ summary }: SummarizedRun): string[] {
  return [
    ...seriousness(summary),
    ...machine(summary),
    ...lowerBounds(summary),
    ...wideBrackets(summary),
    ...trust(summary),
    ...software(summary),
  ];
}

function seriousness({ config, ...summary }: Summary): string[] {
  const lines = disorder(summary);
  if (config.profile === 'smoke')
    lines.push('The profile smoke only shows that everything works: its figures mean nothing.');
  if (config.trials === 1)
    lines.push('One trial: nothing tells how far another would lie from it, and it bears no verdict.');
  else if (config.trials < leastTrials) {
    lines.push(
      `Only ${counted(config.trials, 'trial')}: a verdict takes ${numberWord(leastTrials)}, except on what is the same in every build.`,
    );
  }
  return lines;
}

function machine(summary: Summary): string[] {
  const { isSameMachine, machines, conditions } = summary;
  const virtual = machines?.server.isVirtual === true;
  const board = machines?.server.boardModel;
  const called = board === undefined ? '' : `, whatever it is called (${board})`;
  const throttled = conditions.throttleBits.filter((bits) => bits !== 0);
  return [
    ...(isSameMachine ? placement(summary) : []),
    ...(virtual ? [`The servers ran in a virtual machine${called}: its figures are not those of a board.`] : []),
    ...(throttled.length === 0
      ? []
      : [`The board was throttled, or had been: ${throttled.map(describeThrottling).join(', then ')}.`]),
    ...swapWarning(summary).map((warning) => `${warning[0]?.toUpperCase()}${warning.slice(1)}.`),
    ...builtElsewhere(summary),
  ];
}

function builtElsewhere({ isSameMachine, config }: Summary): string[] {
  if (isSameMachine || config.compileOnTarget === true || !config.phases.includes('build')) return [];
  return ["The compile time is that of the fleet's machine: the servers were not built where they ran."];
}

function judgedIn(summary: Summary): Judged[] {
  return rowTemplates(summary).flatMap(({ judged }) => judged ?? []);
}

function searches(summary: Summary) {
  return judgedIn(summary).flatMap(({ name, subject }) =>
    columnsOf(summary).flatMap((key) => {
      const contender: AnyContender = summary.contenders[key] ?? {};
      const found = contender[name];
      return isSearch(found) && isMeasured(found.clients) ? [{ subject, key, found }] : [];
    }),
  );
}

function lowerBounds(summary: Summary): string[] {
  const bounds = searches(summary).filter(({ found }) => found.isLowerBound);
  const knees = judgedIn(summary).flatMap((judged) => unseenKnees(summary, judged));
  return [
    ...bounds.map(({ subject, key, found: { stops } }) => {
      const ended = stops.filter(({ cause }) => notTheServers.has(cause));
      const causes = [...new Set(ended.map(({ cause }) => cause))].join(', ');
      const which =
        stops.length === 1 ? 'Its search' : `Of its ${numberWord(stops.length)} searches, ${numberWord(ended.length)}`;
      return `${subject}: what was found of ${key} is a lower bound. ${which} ended by something else than the server (${causes}).`;
    }),
    ...knees,
  ];
}

function unseenKnees(summary: Summary, { name, row, subject }: Judged): string[] {
  if (row.kind === 'search') return [];
  const unseen = columnsOf(summary).filter((key) => {
    const contender = summary.contenders[key];
    return contender !== undefined && isMeasured(figureIn(contender, name)) && isLowerBound(contender, name, row);
  });
  return unseen.length === 0
    ? []
    : [`${subject}: what was found of ${unseen.join(' and ')} is a lower bound. No knee was seen.`];
}

function wideBrackets(summary: Summary): string[] {
  const asked = percent(summary.config.ramp.bracketShare);
  return searches(summary)
    .filter(({ found }) => !found.isNarrow && !found.isLowerBound)
    .map(
      ({ subject, key }) =>
        `${subject}: a search of ${key} ended before the clients held and not held were within ${asked} of each other.`,
    );
}

function trust(summary: Summary): string[] {
  const { audit, calibration } = summary;
  const lines = untrusted(summary);
  if (audit.void > 0) lines.push(`${audit.void} of ${audit.trials} trials were void, and do not count.`);
  if (calibration !== undefined && 'isMet' in calibration.stall && !calibration.stall.isMet) {
    lines.push('The fleet did not see all of a time in which the server was stopped: latencies may be too low.');
  }
  return lines;
}

function software({ environment, warnings }: Summary): string[] {
  const lines: string[] = [];
  if (environment.modified === true) lines.push('The suite had changes that are in no commit.');
  if (warnings.length > 0) {
    lines.push(`The run gave ${counted(warnings.length, 'warning')}: see table.md, or Audit on the page.`);
  }
  return lines;
}
