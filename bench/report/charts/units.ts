import { axisDigits, megabytes, whole } from '../../text/format.ts';

/** Bytes in MB or GB, as short as possible, for axes and tooltips. */
export function bytes(value: number): string {
  return value >= 1e9 ? `${axisDigits(value / 1e9)} GB` : megabytes(value);
}

/** Takes only one argument, so that it can be given to `map`. */
export function count(value: number): string {
  return whole(value);
}

/** "1 client", "1,563 clients". */
export function clientsText(clients: number): string {
  return `${count(clients)} ${Math.round(clients) === 1 ? 'client' : 'clients'}`;
}

export function milliseconds(value: number): string {
  return value >= 1_000 ? `${axisDigits(value / 1_000)} s` : `${axisDigits(value)} ms`;
}
