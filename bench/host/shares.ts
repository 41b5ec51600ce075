import { arrivalsWithin } from '../../clients/contract.ts';

/** Splits `total` into `parts` whole shares that differ by at most one and sum to `total` exactly. */
export function shares(total: number, parts: number): number[] {
  const small = Math.floor(total / parts);
  const larger = total - small * parts;
  return Array.from({ length: parts }, (_, index) => small + (index < larger ? 1 : 0));
}

/**
 * Splits a rate into parts as equal as its digits allow, which added up one after the other give `total` exactly: all but
 * the last come to half of it or more, so that the difference has no rounding (Sterbenz, 1974).
 */
export function rates(total: number, parts: number): number[] {
  const equal = Array.from({ length: parts - 1 }, () => total / parts);
  return [...equal, total - equal.reduce((sum, one) => sum + one, 0)];
}

/**
 * Splits a rate of arrivals so that all parts together let exactly as many arrive within a time as one alone would: each
 * has of the rate what its whole arrivals are of them all, which may be 0 for the last ones.
 */
export function arrivalRates(perSecond: number, durationMilliseconds: number, parts: number): number[] {
  const arrivals = arrivalsWithin(perSecond, durationMilliseconds);
  return shares(arrivals, parts).map((part) => (perSecond * part) / arrivals);
}
