import { type Figure, isMeasured } from '../../stats/figure.ts';
import type { ContenderSummary } from '../../summary/contender-summary.ts';
import { type Format, show } from '../../text/format.ts';
import { columnsOf, type MeasuredRun } from '../measured-run.ts';
import type { Bar, BarGroup, BarPanel } from './bars.ts';
import { linearScale } from './scale.ts';

interface Measure {
  /** Bars name their run, because the report has several runs, even if this panel shows one. */
  isNamed: boolean;
  name: string;
  of: (contender: ContenderSummary, run: MeasuredRun) => Figure;
  format: Format;
  /** The format of all ticks by the highest value, so that one axis has one unit. */
  tickFormat: (highest: number) => Format;
}

/** The text in the place of a missing figure. */
export const notMeasured = 'not measured';

/** A panel with one bar per contender and run, from 0; undefined when no run has a value. Pure. */
export function figurePanel(
  runs: readonly MeasuredRun[],
  { isNamed, name, of, format, tickFormat }: Measure,
): BarPanel | undefined {
  const barOf = (contender: ContenderSummary, run: MeasuredRun) => {
    const figure = of(contender, run);
    return {
      figure,
      text: isMeasured(figure) ? show(figure, format) : notMeasured,
      tip: [name, ...spreadOf(figure, format)].join('\n'),
    };
  };
  const groups = groupsOf(runs, barOf, isNamed);
  const values = groups.flatMap(({ bars }) => bars.flatMap(({ figure }) => (isMeasured(figure) ? [figure.max] : [])));
  if (values.length === 0) return undefined;
  const ticks = tickFormat(Math.max(...values));
  return { name, groups, scale: linearScale(values, (value) => ticks(value)) };
}

/** One group per run, with a bar for each contender of the run. Pure. */
export function groupsOf(
  runs: readonly MeasuredRun[],
  barOf: (contender: ContenderSummary, run: MeasuredRun) => Omit<Bar, 'contender'>,
  isNamed: boolean,
): BarGroup[] {
  return runs.map((run) => ({
    ...(isNamed && { name: run.label }),
    bars: columnsOf(run.summary).flatMap((name) => {
      const contender = run.summary.contenders[name];
      if (contender === undefined) return [];
      const bar = barOf(contender, run);
      const whose = isNamed ? `${name}, ${run.label}` : name;
      return [{ ...bar, contender: name, tip: `${whose}\n${bar.tip}` }];
    }),
  }));
}

/** Lines of a tooltip: the median, the range and the number of the trials, or why there is no value. Pure. */
export function spreadOf(figure: Figure, format: Format): string[] {
  if (!isMeasured(figure)) return [`${notMeasured}: ${figure.absent}`];
  const { median, min, max, values } = figure;
  if (values.length === 1) return [format(median), 'one trial'];
  if (min === max) return [format(median), `the same in ${values.length} trials`];
  return [`median ${format(median)}`, `lowest ${format(min)}, highest ${format(max)}`, `${values.length} trials`];
}

/** Every bar of a panel in words, for readers who cannot see the chart. Pure. */
export function panelInWords({ name, groups }: BarPanel): string {
  const words = groups.map((group) => {
    const bars = group.bars.map(({ contender, text, words = text }) => `${contender} ${words}`).join('; ');
    return group.name === undefined ? bars : `${group.name}: ${bars}`;
  });
  return `${name}: ${words.join('. ')}.`;
}

/** A sentence that explains bars and dots; empty when the panels have no dots. Pure. @param dots what one dot is */
export function keyOf(panels: readonly BarPanel[], dots: string): string {
  const hasDots = panels.some(({ groups }) =>
    groups.some(({ bars }) => bars.some(({ figure }) => isMeasured(figure) && figure.values.length > 1)),
  );
  return hasDots ? `Bars: median; dots: ${dots}.` : '';
}
