import { isMeasured } from '../stats/figure.ts';
import type { MaxClients } from '../summary/figures/figure-row.ts';
import { show, whole } from '../text/format.ts';

/** "1,842 (not 1,985)": held, and not held. */
export function showMaxClients({ clients, failedClients, isLowerBound }: MaxClients): string {
  if (isLowerBound || !isMeasured(failedClients)) {
    return `${isLowerBound && isMeasured(clients) ? '≥ ' : ''}${show(clients, whole)}`;
  }
  return `${show(clients, whole)}, not ${show(failedClients, whole)}`;
}

type Stops = MaxClients['stops'];

/** "memory maps; later also: conntrack": each cause once, with its share of the trials, then what came after. */
export function showCauses(stops: Stops): string {
  const causes = causesOf(stops);
  const later = [...new Set(stops.flatMap(({ others }) => others.map(({ cause }) => cause)))];
  const others = later.filter((cause) => !causes.includes(cause));
  return [
    causes.map((cause) => `${cause}${shareOf(cause, stops)}`).join(', '),
    ...(others.length === 0 ? [] : [`later also: ${others.join(', ')}`]),
  ].join('; ');
}

/** Of a cause that nobody knows, the evidence is everything that was seen: in full it is in the record. */
const longestDetail = 400;

/** What each cause rests on, by its first trial. */
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
