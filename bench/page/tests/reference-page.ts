import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { curvesOf } from '../../curves/curves.ts';
import { pageScript } from '../../publish/page-script.ts';
import { readRecord } from '../../record-file.ts';
import { type Chart, chartsOf } from '../../report/charts/chart.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import type { MeasuredRun } from '../../report/measured-run.ts';
import { renderPage } from '../../report/page/document.ts';
import { comparisonRows } from '../../report/rows.ts';
import { summarize } from '../../summary.ts';
import { reportTable } from '../../testing/report-table.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The page of the reference run as a file. Disposing of it leaves nothing. */
export interface ReferencePage extends AsyncDisposable {
  html: string;
  /** file:// */
  url: string;
  charts: readonly Chart[];
  markdown: string;
}

export async function referencePage(label = 'reference'): Promise<ReferencePage> {
  const entries = await readRecord(join(root, 'results', label));
  const summary = summarize(entries);
  const runs: MeasuredRun[] = [{ label, summary, curves: curvesOf(entries) }];
  const charts = chartsOf(runs);
  const markdown = renderMarkdown(summary);
  const html = renderPage({
    runs,
    charts,
    table: reportTable(summary),
    markdown,
    findings: comparisonRows(summary).flatMap(({ label, verdicts: [verdict = ''] }) =>
      verdict === '' ? [] : [`${label}: ${verdict}.`],
    ),
    caveats: ['These are the numbers of one machine.'],
    script: await pageScript(),
  });
  const folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-page-'));
  const file = join(folder, 'report.html');
  await writeFile(file, html);
  return {
    html,
    url: pathToFileURL(file).href,
    charts,
    markdown,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
