import type { Element } from 'hast';
import { h } from 'hastscript';
import { ids, type PageData } from './contract.ts';

/** What the script draws from. Nothing in it can end the element: in JSON a `<` stands only inside of strings. */
export function dataScript(data: PageData): Element {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return h('script', { type: 'application/json', id: ids.data }, json);
}
