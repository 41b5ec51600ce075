import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { Entry } from '../record/record.ts';
import { medianOf } from '../stats/figure.ts';
import { attemptsBySearch, clientsOpen, type RampPhase } from './attempts.ts';
import type { MemoryPoint, RampMemory } from './points.ts';

/** Points per search: more than a chart can tell apart, and few enough that each one has samples of several attempts. */
const mostPoints = 50;

/** Resident set against clients, search by search; [] when no attempt is complete. Pure. */
export function rampMemory(entries: readonly Entry[], contenders: readonly ContenderKey[]): RampMemory[] {
  const phases: RampPhase[] = ['connected', 'sending'];
  return contenders.flatMap((contender) =>
    phases.flatMap((phase) => {
      const trials = attemptsBySearch(entries, phase, contender)
        .map((attempts) => thinned(attempts.flatMap((attempt) => whileRising(attempt.entries))))
        .filter((points) => points.length > 0);
      return trials.length === 0 ? [] : [{ contender, phase, trials }];
    }),
  );
}

/**
 * Each sample between two lines of counters, up to the first lost client. Later samples do not show the cost of clients: a
 * server keeps the memory of lost clients, and a server that has ended counts none.
 */
function whileRising(attempt: readonly Entry[]): MemoryPoint[] {
  const points: MemoryPoint[] = [];
  let before: CountersLine | undefined;
  let samples: AgentSample[] = [];
  for (const entry of attempt) {
    if (entry.type !== 'server') continue;
    const { line } = entry;
    if (line.type === 'sample') samples.push(line);
    if (line.type !== 'server' || line.line.type !== 'counters') continue;
    const after = line.line;
    if (after.counters.ended > 0) break;
    if (before !== undefined) points.push(...samples.map(pointBetween(before, after)));
    before = after;
    samples = [];
  }
  return points.filter(({ clients }) => clients >= 1);
}

/**
 * Interpolates the clients at the time of a sample, because thousands can connect between two lines. All three times are
 * of the clock of the server's machine.
 */
function pointBetween(before: CountersLine, after: CountersLine) {
  const [first, last] = [clientsOpen(before), clientsOpen(after)];
  const length = after.monotonicMilliseconds - before.monotonicMilliseconds;
  return ({ monotonicMilliseconds, process }: AgentSample): MemoryPoint => {
    const share = length <= 0 ? 1 : (monotonicMilliseconds - before.monotonicMilliseconds) / length;
    const clients = Math.round(first + (last - first) * Math.min(1, Math.max(0, share)));
    return { clients, rssBytes: process.rssBytes };
  };
}

/** Replaces points at one place of a logarithmic axis by their median. */
function thinned(points: MemoryPoint[]): MemoryPoint[] {
  const sorted = points.toSorted((one, other) => one.clients - other.clients);
  const [least, most] = [sorted[0]?.clients ?? 1, sorted.at(-1)?.clients ?? 1];
  const width = Math.log(most / least) / (mostPoints - 1) || 1;
  const places = Map.groupBy(sorted, ({ clients }) => Math.floor(Math.log(clients / least) / width));
  return [...places.values()].flatMap((place) => {
    const clients = medianOf(place.map((point) => point.clients));
    const rssBytes = medianOf(place.map((point) => point.rssBytes));
    return clients === undefined || rssBytes === undefined ? [] : [{ clients, rssBytes }];
  });
}
