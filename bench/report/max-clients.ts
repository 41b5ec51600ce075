import { isMeasured } from '../stats/figure.ts';
import type { MaxClients } from '../summary/figures/figure-row.ts';
import { show, whole } from '../text/format.ts';

/** "1,842, not 1,985": the most clients held, and the fewest not held. */
export function showMaxClients({ clients, failedClients, isLowerBound }: MaxClients): string {
  if (isLowerBound || !isMeasured(failedClients)) {
    return `${isLowerBound && isMeasured(clients) ? '≥ ' : ''}${show(clients, whole)}`;
  }
  return `${show(clients, whole)}, not ${show(failedClients, whole)}`;
}

type Stops = MaxClients['stops'];

/** "memory maps; later also: conntrack": each cause once, with its share of the trials, then the later causes. */
export function showCauses(stops: Stops): string {
  const causes = causesOf(stops);
  const later = [...new Set(stops.flatMap(({ others }) => others.map(({ cause }) => cause)))];
  const others = later.filter((cause) => !causes.includes(cause));
  return [
    causes.map((cause) => `${cause}${shareOf(cause, stops)}`).join(', '),
    ...(others.length === 0 ? [] : [`later also: ${others.join(', ')}`]),
  ].join('; ');
}

/** Longest evidence, in characters. For an unknown cause it is all that was seen, which the record has in full. */
const longestDetail = 400;

/** The evidence for each cause, from its first trial. */
export function showEvidence(stops: Stops): string {
  const texts = causesOf(stops).map((cause) => {
    const detail = stops.find((stop) => stop.cause === cause)?.detail ?? '';
    const short = detail.length > longestDetail ? `${detail.slice(0, longestDetail).trimEnd()} …` : detail;
    return `${cause}${shareOf(cause, stops)}: ${short}`;
  });
  return texts.join('; ');
}

function causesOf(stops: Stops) {
  return [...new Set(stops.map(({ cause }) => cause))];
}

function shareOf(cause: Stops[number]['cause'], stops: Stops): string {
  const trials = stops.filter((stop) => stop.cause === cause).length;
  return trials === stops.length ? '' : ` (${trials} of ${stops.length} trials)`;
}
