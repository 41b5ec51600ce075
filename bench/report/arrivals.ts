import Table from 'cli-table3';
import type { ArrivalStep } from '../record/arrival-step.ts';
import type { Summary } from '../summary/summary.ts';
import { short } from '../text/format.ts';
import { wrap } from '../text/wrap.ts';
import { provenance } from './provenance.ts';
import { comparisonRows } from './rows.ts';

/** One step of arrivals, of one contender. */
export interface ContenderArrival {
  contender: string;
  step: ArrivalStep;
}

/** A terminal that is narrower, or does not know its width, breaks lines itself. */
const narrowest = 40;

/** Every rate at which clients arrived, then what it came to. For a terminal of `width` columns, 80 of which suffice. Pure. */
export function renderArrivals(summary: Summary, arrivals: readonly ContenderArrival[], width: number): string {
  const table = new Table({
    head: ['', 'asked\n/s', 'got\n/s', 'p50\nms', 'p99\nms', 'from begin\np50 / p99', 'failed', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left', 'left'],
  });
  for (const { contender, step } of arrivals) {
    table.push([
      contender,
      Math.round(step.askedPerSecond),
      Math.round(step.achievedPerSecond),
      latency(step.correctedPong?.p50Milliseconds),
      latency(step.correctedPong?.p99Milliseconds),
      `${latency(step.pong?.p50Milliseconds)} / ${latency(step.pong?.p99Milliseconds)}`,
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
    ...[
      'An arrival opens TLS and websocket, sends one message, awaits the pong behind it and leaves. Latencies are to the pong: from when it was due, so that waiting counts; and from when it was begun.',
      '',
      ...rows,
      '',
      ...provenance(summary),
      '',
    ].map((line) => wrap(line, Math.max(width, narrowest))),
  ].join('\n');
}

function latency(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : short(milliseconds, 100);
}

function failuresOf({ failures }: ArrivalStep): string {
  const kinds = Object.entries(failures).map(([kind, number]) => `${number}\n${kind}`);
  return kinds.join('\n') || '0';
}
