import { axisDigits, megabytes, whole } from '../../text/format.ts';

/** Of axes and of what is pointed at: as short as it can be. */
export function bytes(value: number): string {
  return value >= 1e9 ? `${axisDigits(value / 1e9)} GB` : megabytes(value);
}

/** Of one argument, so that a list can be mapped by it. */
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
