import type { MeasuredRun } from '../measured-run.ts';
import type { PageData } from '../page/contract.ts';

/** The element that the page must have. @throws Error when it has not */
export function elementOf<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with the id ${id}.`);
}

/** What the page brings with it. It was made together with this script, so only a damaged file is looked for. @throws Error */
export function readData(json: string): PageData {
  const data: unknown = JSON.parse(json);
  if (isObject(data) && Array.isArray(data.runs) && data.runs.every(isRun)) return { runs: data.runs };
  throw new Error('The data of this page is damaged.');
}

function isRun(value: unknown): value is MeasuredRun {
  return isObject(value) && typeof value.label === 'string' && isObject(value.summary) && isObject(value.curves);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
