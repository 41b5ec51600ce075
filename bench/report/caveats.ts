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
import { tellLowerBounds } from './why-none.ts';

/** Limits of what this run shows, one sentence each. Limits of every run are not among them. Pure. */
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
  if (config.trials === 1) lines.push('One trial: it does not show how much trials vary, and supports no verdict.');
  else if (config.trials < leastTrials) {
    lines.push(
      `Only ${counted(config.trials, 'trial')}: a verdict needs ${numberWord(leastTrials)}, except for figures that are the same in every build.`,
    );
  }
  return lines;
}

function machine(summary: Summary): string[] {
  const { isSameMachine, machines, conditions } = summary;
  const virtual = machines?.server.isVirtual === true;
  const board = machines?.server.boardModel;
  const called = board === undefined ? '' : ` that calls itself ${board}`;
  const throttled = conditions.throttleBits.filter((bits) => bits !== 0);
  return [
    ...(isSameMachine ? placement(summary) : []),
    ...(virtual
      ? [`The servers ran in a virtual machine${called}: its figures are not those of a physical machine.`]
      : []),
    ...(throttled.length === 0
      ? []
      : [`The board reported throttling: ${throttled.map(describeThrottling).join(', then ')}.`]),
    ...swapWarning(summary).map((warning) => `${warning[0]?.toUpperCase()}${warning.slice(1)}.`),
    ...builtElsewhere(summary),
  ];
}

function builtElsewhere({ isSameMachine, config }: Summary): string[] {
  if (isSameMachine || config.compileOnTarget === true || !config.phases.includes('build')) return [];
  return [
    "The servers were compiled on the fleet's machine, so the compile time is not that of the machine that they ran on.",
  ];
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
      const share = ended.length === stops.length ? 'all' : numberWord(ended.length);
      const which = stops.length === 1 ? 'its search' : `${share} of its ${numberWord(stops.length)} searches`;
      return `${subject}: ${tellLowerBounds([key])}. Something other than the server ended ${which} (${causes}).`;
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
  return unseen.length === 0 ? [] : [`${subject}: ${tellLowerBounds(unseen)}. At least one trial had no knee.`];
}

function wideBrackets(summary: Summary): string[] {
  const asked = percent(summary.config.ramp.bracketShare);
  return searches(summary)
    .filter(({ found }) => !found.isNarrow && !found.isLowerBound)
    .map(
      ({ subject, key }) =>
        `${subject}: a search of ${key} ended early, with the clients held and the clients not held more than ${asked} apart.`,
    );
}

function trust(summary: Summary): string[] {
  const { audit, calibration } = summary;
  const lines = untrusted(summary);
  if (audit.void > 0) lines.push(`${audit.void} of ${audit.trials} trials were void and do not count.`);
  if (calibration !== undefined && 'isMet' in calibration.stall && !calibration.stall.isMet) {
    lines.push('A test stopped the server, and the fleet saw less than the whole stop: latencies may be too low.');
  }
  return lines;
}

function software({ environment, warnings }: Summary): string[] {
  const lines: string[] = [];
  if (environment.modified === true) lines.push('The suite had uncommitted changes.');
  if (warnings.length > 0) {
    lines.push(`The run gave ${counted(warnings.length, 'warning')}: see table.md, or Audit on the page.`);
  }
  return lines;
}
