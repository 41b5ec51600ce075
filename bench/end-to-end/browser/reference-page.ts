import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publish } from '../../publish/publish.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The report of the reference run, made in a temporary folder. Disposing removes the folder. */
export interface ReferencePage extends AsyncDisposable {
  html: string;
  /** file:// */
  url: string;
  /** Names of the charts. */
  charts: readonly string[];
  markdown: string;
}

export async function referencePage(): Promise<ReferencePage> {
  const folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-page-'));
  await publish(join(root, 'results', 'reference'), folder);
  const file = join(folder, 'report.html');
  const pictures = await readdir(join(folder, 'charts'));
  return {
    html: await readFile(file, 'utf8'),
    url: pathToFileURL(file).href,
    charts: pictures.filter((name) => /(?<!-dark)\.svg$/.test(name)).map((name) => parse(name).name),
    markdown: await readFile(join(folder, 'table.md'), 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
