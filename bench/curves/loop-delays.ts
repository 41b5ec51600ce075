import type { CountersLine } from '../../servers/contract/lines.ts';

/** Timers go by whole milliseconds: a line that is less behind was not late. */
const leastMilliseconds = 1;

/**
 * How late the loop was that writes the lines, at each of them: its own p99, or by how much the line itself was late if
 * that is more. A loop that is blocked for longer than a report cannot look at its delays, and says 0. A line that shows
 * no delay has none here. Pure.
 */
export function loopDelays(lines: readonly CountersLine[], reportMilliseconds: number): Map<CountersLine, number> {
  return new Map(
    lines.flatMap((line, index): [CountersLine, number][] => {
      const before = lines[index - 1]?.monotonicMilliseconds ?? line.monotonicMilliseconds;
      const late = line.monotonicMilliseconds - before - reportMilliseconds;
      const delay = Math.max(line.eventLoopDelayP99Milliseconds, late >= leastMilliseconds ? late : 0);
      return delay > 0 ? [[line, delay]] : [];
    }),
  );
}
