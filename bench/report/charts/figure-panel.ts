import { type Figure, isMeasured } from '../../stats/figure.ts';
import type { ContenderSummary } from '../../summary/contender-summary.ts';
import { type Format, show } from '../../text/format.ts';
import { columnsOf, type MeasuredRun } from '../measured-run.ts';
import type { Bar, BarGroup, BarPanel } from './bars.ts';
import { linearScale } from './scale.ts';

interface Measure {
  /** Each run by its name: there are others, even if they are not in this panel. */
  isNamed: boolean;
  name: string;
  of: (contender: ContenderSummary, run: MeasuredRun) => Figure;
  format: Format;
  /** Of ticks up to so much: one unit for all of them. */
  tickFormat: (highest: number) => Format;
}

/** What stands for a figure that there is none of. */
export const notMeasured = 'not measured';

/** A bar a contender and run, from 0; undefined where no run has measured any. Pure. */
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

/** One a run, and in it a bar for each of its contenders. Pure. */
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

/** Lines: the median, from where to where the trials lie, and how many they are; or why there is none. Pure. */
export function spreadOf(figure: Figure, format: Format): string[] {
  if (!isMeasured(figure)) return [`${notMeasured}: ${figure.absent}`];
  const { median, min, max, values } = figure;
  if (values.length === 1) return [format(median), 'one trial'];
  if (min === max) return [format(median), `the same in ${values.length} trials`];
  return [`median ${format(median)}`, `lowest ${format(min)}, highest ${format(max)}`, `${values.length} trials`];
}

/** Every bar of a panel in words, for whoever does not see it. Pure. */
export function panelInWords({ name, groups }: BarPanel): string {
  const words = groups.map((group) => {
    const bars = group.bars.map(({ contender, text, words = text }) => `${contender} ${words}`).join('; ');
    return group.name === undefined ? bars : `${group.name}: ${bars}`;
  });
  return `${name}: ${words.join('. ')}.`;
}

/** Only what is to be seen is explained. Pure. */
export function keyOf(panels: readonly BarPanel[], dots: string): string {
  const hasDots = panels.some(({ groups }) =>
    groups.some(({ bars }) => bars.some(({ figure }) => isMeasured(figure) && figure.values.length > 1)),
  );
  return hasDots ? `Bars: median; dots: ${dots}.` : '';
}
