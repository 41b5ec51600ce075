import type { Element } from 'hast';
import { h } from 'hastscript';
import { ids, type PageData } from './contract.ts';

/** More than any chart shows: the rest is in the record. */
const significantDigits = 6;

/** What the script draws from. Nothing in it can end the element: in JSON a `<` stands only inside of strings. */
export function dataScript(data: PageData): Element {
  const json = JSON.stringify(data, (_, value: unknown) => rounded(value)).replaceAll('<', '\\u003c');
  return h('script', { type: 'application/json', id: ids.data }, json);
}

function rounded(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(significantDigits));
}
