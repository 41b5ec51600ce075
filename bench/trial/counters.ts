import type { CountersLine } from '../../servers/contract/lines.ts';
import { BenchError } from '../errors.ts';
import type { RunningServer } from '../host/host.ts';

/** A server without a line of counters for this long counts as hung. */
const hungMilliseconds = 10_000;

/** True when two lines lie `milliseconds` apart, give or take a late timer; one more line would not be more exact. */
export function spans(before: CountersLine, after: CountersLine, milliseconds: number): boolean {
  const timerMilliseconds = 50;
  return after.monotonicMilliseconds - before.monotonicMilliseconds >= milliseconds - timerMilliseconds;
}

/** The next line of counters; undefined when the server has ended or hangs. */
export async function nextCounters(server: RunningServer): Promise<CountersLine | undefined> {
  if (server.ended() !== undefined) return undefined;
  try {
    const line = await server.next('line of counters', hungMilliseconds, (line) => {
      if (line.type === 'end') return 'ended';
      return line.type === 'server' && line.line.type === 'counters' ? line.line : undefined;
    });
    return line === 'ended' ? undefined : line;
  } catch (error) {
    if (error instanceof BenchError && error.code === 'PROCESS_SILENT') return undefined;
    throw error;
  }
}
