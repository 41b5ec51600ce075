import { ids } from '../page/contract.ts';
import { offerCopying } from './copying.ts';
import { drawCharts } from './drawing.ts';
import { elementOf, readData } from './page.ts';
import { offerSorting } from './sorting.ts';

/** The page is complete without this script. */
const status = elementOf(ids.status, HTMLElement);
const say = (sentence: string) => {
  status.textContent = sentence;
};

offerSorting(elementOf(ids.table, HTMLTableElement), elementOf(ids.original, HTMLButtonElement), say);
offerCopying(elementOf(ids.copy, HTMLButtonElement), elementOf(ids.markdown, HTMLTextAreaElement), say);
elementOf(ids.tools, HTMLElement).hidden = false;
drawCharts(readData(elementOf(ids.data, HTMLScriptElement).text).runs);
