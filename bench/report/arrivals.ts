import Table from 'cli-table3';
import type { ArrivalStep } from '../arrivals/step.ts';
import type { Summary } from '../summary.ts';
import { provenance } from './provenance.ts';
import { comparisonRows } from './rows.ts';

/** One step of arrivals, of one contender. */
export interface ContenderArrival {
  contender: string;
  step: ArrivalStep;
}

/** Every rate at which clients arrived, then what it came to. Pure. */
export function renderArrivals(summary: Summary, arrivals: readonly ContenderArrival[]): string {
  const table = new Table({
    head: ['', 'asked/s', 'got/s', 'p50 ms', 'p99 ms', 'from begin\np50 / p99', 'failed', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left', 'left'],
  });
  for (const { contender, step } of arrivals) {
    table.push([
      contender,
      Math.round(step.askedPerSecond),
      Math.round(step.achievedPerSecond),
      short(step.correctedPong?.p50Milliseconds),
      short(step.correctedPong?.p99Milliseconds),
      `${short(step.pong?.p50Milliseconds)} / ${short(step.pong?.p99Milliseconds)}`,
      failuresOf(step),
      step.verdict,
    ]);
  }
  const rows = comparisonRows(summary)
    .filter(({ label }) => /^(TLS|HTTPS)/.test(label))
    .map(
      ({ label, cells }) =>
        `${label}: ${cells.map(({ text }, index) => `${summary.config.contenders[index]} ${text}`).join(', ')}`,
    );
  return [
    table.toString(),
    '',
    'An arrival opens TLS and websocket, sends one message, awaits the pong behind it and leaves. Latencies are to the',
    'pong: from when it was due, so that waiting counts; and from when it was begun.',
    '',
    ...rows,
    '',
    ...provenance(summary),
    '',
  ].join('\n');
}

function short(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : milliseconds.toFixed(milliseconds < 100 ? 1 : 0);
}

function failuresOf({ failures }: ArrivalStep): string {
  const kinds = Object.entries(failures).map(([kind, number]) => `${number} ${kind}`);
  return kinds.join(', ') || '0';
}
