import { arrivalsWithin } from '../../clients/contract.ts';

/** Splits `total` into `parts` whole shares that differ by at most one and sum to `total` exactly. */
export function shares(total: number, parts: number): number[] {
  const small = Math.floor(total / parts);
  const larger = total - small * parts;
  return Array.from({ length: parts }, (_, index) => small + (index < larger ? 1 : 0));
}

/**
 * Splits a rate into almost equal parts whose sum, added in order, is exactly `total`. The last part is a difference,
 * and that difference is exact because the other parts sum to at least half of `total` (Sterbenz, 1974).
 */
export function rates(total: number, parts: number): number[] {
  const equal = Array.from({ length: parts - 1 }, () => total / parts);
  return [...equal, total - equal.reduce((sum, one) => sum + one, 0)];
}

/**
 * Splits an arrival rate so that the parts together produce exactly as many arrivals within the time as the undivided
 * rate. Each part is proportional to its whole number of arrivals, which may be 0 for the last parts.
 */
export function arrivalRates(perSecond: number, durationMilliseconds: number, parts: number): number[] {
  const arrivals = arrivalsWithin(perSecond, durationMilliseconds);
  return shares(arrivals, parts).map((part) => (perSecond * part) / arrivals);
}
