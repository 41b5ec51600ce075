import type { RampMemory } from '../../curves/points.ts';
import type { ContenderKey } from '../../plan/contenders.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { logarithmic } from './axes.ts';
import { contendersOf } from './bar-chart.ts';
import type { Chart, Drawing, Look } from './chart.ts';
import { frameOf } from './frame.ts';
import { lineLook, sparselyMarked } from './lines.ts';
import { drawPanels } from './panel-drawing.ts';
import { type Cell, inRows, mostColumns } from './panels.ts';
import { bytes, clientsText, count } from './units.ts';

const title = 'Memory against clients';
const subtitle =
  'Resident memory of the server (RSS) while clients connect, one line per search; both axes are logarithmic';

const phases = { connected: 'Silent clients', sending: 'Sending clients' } as const;
const phaseNames = ['connected', 'sending'] as const;

interface MemoryCell extends Cell {
  curves: RampMemory[];
}

/** Resident set against clients, one line per search, apart for silent and sending clients; undefined when no run has any. */
export function rampMemoryChart(all: readonly MeasuredRun[]): Chart | undefined {
  const runs = all.filter(({ curves }) => curves.rampMemory.length > 0);
  if (runs.length === 0) return undefined;
  const rows = rowsOf(runs, all.length > 1);
  const cells = rows.flat().filter((cell) => cell !== undefined);
  return {
    name: 'ramp-memory',
    title,
    alt: cells.map((cell) => `${cell.heading}: ${cell.curves.map(inWords).join('; ')}.`).join(' '),
    reading:
      'Lower is better. A line ends with the most clients that were open before the first was lost. On logarithmic axes the same distance is the same factor.',
    draw: (look) => draw(look, runs, rows, contendersOf(all)),
  };
}

/** The phases of one run stand side by side. Several runs stand side by side, with their phases below each other. */
function rowsOf(runs: readonly MeasuredRun[], isNamed: boolean): (MemoryCell | undefined)[][] {
  const cell = ({ label, curves }: MeasuredRun, phase: keyof typeof phases): MemoryCell | undefined => {
    const ofPhase = curves.rampMemory.filter((curve) => curve.phase === phase);
    if (ofPhase.length === 0) return undefined;
    return { heading: isNamed ? `${label}: ${phases[phase].toLowerCase()}` : phases[phase], curves: ofPhase };
  };
  const [first, second] = runs;
  if (first !== undefined && second === undefined) {
    return [phaseNames.map((phase) => cell(first, phase)).filter((found) => found !== undefined)];
  }
  return inRows(runs)
    .flatMap((chunk) => phaseNames.map((phase) => chunk.map((run) => cell(run, phase))))
    .filter((row) => row.some((found) => found !== undefined));
}

function inWords({ contender, trials }: RampMemory): string {
  const longest = trials.flat().toSorted((one, other) => one.clients - other.clients);
  const [first, last] = [longest[0], longest.at(-1)];
  if (first === undefined || last === undefined) return contender;
  return `${contender} ${bytes(first.rssBytes)} at ${clientsText(first.clients)}, ${bytes(last.rssBytes)} at ${clientsText(last.clients)}`;
}

function draw(
  look: Look,
  runs: readonly MeasuredRun[],
  rows: readonly (MemoryCell | undefined)[][],
  contenders: readonly ContenderKey[],
): Drawing {
  const curves = runs.flatMap((run) => run.curves.rampMemory);
  const shown = contenders.filter((name) => curves.some(({ contender }) => contender === name));
  const frame = frameOf(look, runs, { title, subtitle, legend: shown.map((name) => ({ name })) });
  const points = curves.flatMap(({ trials }) => trials.flat());
  const columns = Math.max(...rows.map((row) => row.length));
  const scales = {
    x: logarithmic(
      points.map(({ clients }) => clients),
      count,
      frame.isNarrow || columns < mostColumns ? 8 : 5,
    ),
    y: logarithmic(
      points.map(({ rssBytes }) => rssBytes),
      bytes,
      9,
    ),
  };
  return drawPanels(look, frame, {
    rows,
    plotHeight: 220,
    scales,
    xName: 'clients',
    xText: clientsText,
    yText: bytes,
    seriesOf: ({ curves: ofCell }, axes) =>
      ofCell.flatMap((curve) => linesOf(curve, lineLook(look.theme, contenders, curve.contender), axes)),
  });
}

/** One line per search. */
function linesOf({ contender, trials }: RampMemory, { colour, symbol }: ReturnType<typeof lineLook>, axes: object) {
  return trials.map((trial) => ({
    type: 'line',
    name: contender,
    ...axes,
    symbol,
    symbolSize: 6,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 1.5 },
    data: sparselyMarked(
      trial.map(({ clients, rssBytes }) => [clients, rssBytes]),
      0.3,
    ),
  }));
}
