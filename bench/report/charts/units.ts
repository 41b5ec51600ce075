import { megabytes, whole } from '../../text/format.ts';

/** Bytes in MB or GB, as short as possible, for axes and tooltips. */
export function bytes(value: number): string {
  return value >= 1e9 ? `${digits(value / 1e9)} GB` : megabytes(value);
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
  return value >= 1_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`;
}

/** Three significant ones. */
export function digits(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}
