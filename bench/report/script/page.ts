import type { MeasuredRun } from '../measured-run.ts';
import type { PageData } from '../page/contract.ts';

/** The element of the page with this id. @throws Error when the page has none of this kind */
export function elementOf<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with the id ${id}.`);
}

/**
 * Reads the data that the page carries. Page and script are made together, so the check only finds damaged files.
 *
 * @throws Error
 */
export function readData(json: string): PageData {
  const data: unknown = JSON.parse(json);
  if (isObject(data) && Array.isArray(data.runs) && data.runs.every(isRun)) return { runs: data.runs };
  throw new Error('The data of this page is damaged: make the page again with npm run bench:report.');
}

function isRun(value: unknown): value is MeasuredRun {
  return isObject(value) && typeof value.label === 'string' && isObject(value.summary) && isObject(value.curves);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
