import type { MaxClients } from '../contender-summary.ts';
import { isMeasured } from '../stats/figure.ts';
import { show, whole } from './format.ts';

/** "1,842 (not 1,985)": held, and not held. */
export function showMaxClients({ clients, failedClients, isLowerBound }: MaxClients): string {
  if (isLowerBound || !isMeasured(failedClients)) {
    return `${isLowerBound && isMeasured(clients) ? '≥ ' : ''}${show(clients, whole)}`;
  }
  return `${show(clients, whole)}, not ${show(failedClients, whole)}`;
}

const longestDetail = 160;

/** Each cause once, with the evidence of its first trial. */
export function showStops({ stops }: MaxClients): string {
  const causes = [...new Set(stops.map(({ cause }) => cause))];
  const texts = causes.map((cause) => {
    const of = stops.filter((stop) => stop.cause === cause);
    const detail = of[0]?.detail ?? '';
    const short = detail.length > longestDetail ? `${detail.slice(0, longestDetail)} …` : detail;
    const later = [...new Set(of.flatMap(({ others }) => others.map((other) => other.cause)))];
    const share = of.length === stops.length ? '' : ` (${of.length} of ${stops.length} trials)`;
    return `${cause}${share}: ${short}${later.length === 0 ? '' : ` (later also: ${later.join(', ')})`}`;
  });
  return texts.join('; ') || 'no search was finished';
}
