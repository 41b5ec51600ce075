import type { Config } from '../../plan/config.ts';
import type { Cause } from '../../record/causes.ts';
import { isMeasured } from '../../stats/figure.ts';
import type { ContenderSummary } from '../../summary/contender-summary.ts';
import type { MaxClients } from '../../summary/figures/figure-row.ts';
import { formatInterval, whole } from '../../text/format.ts';
import { showMaxClients } from '../max-clients.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { contendersOf, drawBars } from './bar-chart.ts';
import type { Bar, BarGroup, BarPanel } from './bars.ts';
import type { Chart } from './chart.ts';
import { groupsOf, notMeasured, panelInWords, spreadOf } from './figure-panel.ts';
import { logScale } from './scale.ts';

const title = 'Max clients';

/** The clients that were held, those that were not, and what stopped the search; undefined when no run has any. Pure. */
export function maxClientsChart(runs: readonly MeasuredRun[]): Chart | undefined {
  const parts = partsOf(runs).filter(({ groups }) => valuesOf(groups).length > 0);
  if (parts.length === 0) return undefined;
  // All panels share one axis, so that silent and sending clients compare.
  const scale = logScale(valuesOf(parts.flatMap(({ groups }) => groups)), (value) => whole(value));
  const panels: BarPanel[] = parts.map((part) => ({ ...part, scale }));
  const bars = panels.flatMap(({ groups }) => groups.flatMap((group) => group.bars));
  return {
    name: 'max-clients',
    title,
    alt: panels.map(panelInWords).join(' '),
    reading:
      'Longer is better. The text at each bar says how many clients were held, how many were not, and what ended the search. The axis is logarithmic: each grid line is ten times the one before it, so compare the numbers, not the lengths.',
    draw: (look) =>
      drawBars(look, runs, { title, subtitle: subtitleOf(bars), panels, contenders: contendersOf(runs), columns: 1 }),
  };
}

/** The panels without their scale: silent clients first, then one panel per load of sending clients. */
function partsOf(runs: readonly MeasuredRun[]): Omit<BarPanel, 'scale'>[] {
  const ofPhase = (phase: 'connected' | 'sending') =>
    runs.filter(({ summary }) => summary.config.phases.includes(phase));
  const sendingRuns = ofPhase('sending');
  const isOneSize = new Set(sendingRuns.map(({ summary }) => summary.config.messageBytes)).size === 1;
  const sending = Map.groupBy(sendingRuns, ({ summary: { config } }) => loadOf(config, isOneSize));
  // With several runs in the report, a panel names its run even if it has only one.
  const groups = (of: readonly MeasuredRun[], pick: (contender: ContenderSummary) => MaxClients) =>
    groupsOf(of, (contender) => barOf(pick(contender)), runs.length > 1);
  return [
    { name: 'Connected, silent', groups: groups(ofPhase('connected'), (c) => c.maxClientsConnected) },
    ...[...sending].map(([name, of]) => ({
      name,
      groups: groups(of, (c) => c.maxClientsSending),
    })),
  ];
}

function loadOf({ intervalMilliseconds, messageBytes }: Config, isOneSize: boolean): string {
  const size = isOneSize ? '' : ` of ${whole(messageBytes)} bytes`;
  return `At one message${size} ${formatInterval(intervalMilliseconds)}`;
}

function barOf(found: MaxClients): Omit<Bar, 'contender'> {
  const { clients, failedClients, isLowerBound } = found;
  const causes = causesOf(found);
  if (!isMeasured(clients)) return { figure: clients, text: notMeasured, tip: spreadOf(clients, whole).join('\n') };
  const held = showMaxClients(found);
  return {
    figure: clients,
    ...(!isLowerBound && { upTo: failedClients }),
    isLowerBound,
    text: causes === '' ? held : `${held} · ${causes}`,
    words: causes === '' ? held : `${held}, stopped by ${causes}`,
    tip: [
      `held: ${spreadOf(clients, whole).join('; ')}`,
      ...(isMeasured(failedClients) ? [`not held: ${spreadOf(failedClients, whole).join('; ')}`] : []),
      ...(isLowerBound ? ['at least: the server was not what ended the search'] : []),
      ...(causes === '' ? [] : [`stopped by: ${causes}`]),
    ].join('\n'),
  };
}

/** The causes of all trials, each once, the most frequent first. */
function causesOf({ stops }: MaxClients): string {
  const counts = new Map<Cause, number>();
  for (const { cause } of stops) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const [first, ...others] = [...counts].toSorted(([, one], [, other]) => other - one);
  if (first === undefined) return '';
  const [cause, count] = first;
  const share = others.length === 0 ? '' : ` (${count} of ${stops.length} trials)`;
  return [`${cause}${share}`, ...others.map(([other]) => other)].join(', ');
}

function valuesOf(groups: readonly BarGroup[]): number[] {
  return groups
    .flatMap(({ bars }) => bars.flatMap(({ figure, upTo }) => [figure, upTo]))
    .flatMap((figure) => (figure !== undefined && isMeasured(figure) ? [figure.max] : []));
}

/** A subtitle that explains only what these bars show. */
function subtitleOf(bars: readonly Bar[]): string {
  const hasDots = bars.some(({ figure }) => isMeasured(figure) && figure.values.length > 1);
  const hasPale = bars.some(({ upTo }) => upTo !== undefined && isMeasured(upTo));
  const hasNone = bars.some(({ figure }) => isMeasured(figure) && figure.min < 1);
  const hasLowerBound = bars.some((bar) => bar.isLowerBound);
  const parts = [
    'Number of clients, logarithmic. Bar: held (median)',
    ...(hasPale ? ['pale: up to the number not held'] : []),
    ...(hasDots ? [`dots: single trials${hasNone ? ', at the left end those that held none' : ''}`] : []),
    ...(hasLowerBound ? ['arrow and ≥: the server was not what ended the search'] : []),
  ];
  return `${parts.join('; ')}.`;
}
