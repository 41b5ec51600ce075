import type { Element } from 'hast';
import { h } from 'hastscript';
import { ids, type PageData } from './contract.ts';

/** More digits than any chart shows. The record has all of them. */
const significantDigits = 6;

/**
 * An element with the data for the script. No text in it can end the element, because every `<` is escaped; in JSON it stands
 * only inside of strings.
 */
export function dataScript(data: PageData): Element {
  const json = JSON.stringify(data, (_, value: unknown) => rounded(value)).replaceAll('<', '\\u003c');
  return h('script', { type: 'application/json', id: ids.data }, json);
}

function rounded(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(significantDigits));
}
