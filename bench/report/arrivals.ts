import Table from 'cli-table3';
import type { ArrivalStep } from '../record/arrival-step.ts';
import type { Summary } from '../summary/summary.ts';
import { short } from '../text/format.ts';
import { wrap } from '../text/wrap.ts';
import { provenance } from './provenance.ts';
import { comparisonRows } from './rows.ts';

/** One rate of arrivals, and the contender that clients arrived at. */
export interface ContenderArrival {
  contender: string;
  step: ArrivalStep;
}

/** Lines are at least this long. A narrower terminal, or one of unknown width, breaks them itself. */
const narrowest = 40;

/** A table of the arrival rates, then the figures that follow from them. For a terminal of `width` columns; 80 suffice. Pure. */
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
    .filter(({ phase }) => phase === 'arrivals' || phase === 'https')
    .map(
      ({ label, cells }) =>
        `${label}: ${cells.map(({ text }, index) => `${summary.config.contenders[index]} ${text}`).join(', ')}`,
    );
  return [
    table.toString(),
    '',
    ...[
      'Each client opens TLS and a websocket, sends one message, awaits the pong behind it and leaves. Latencies end at the pong. They start when the client was due, so that waiting counts; those in the column "from begin" start when the client began to connect.',
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
