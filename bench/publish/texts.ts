import { latencyHistogram } from '../curves/latencies.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import type { Chart } from '../report/charts/chart.ts';
import { renderCsv } from '../report/csv.ts';
import { renderHgrm } from '../report/hgrm.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { MeasuredRun } from '../report/measured-run.ts';
import { renderPage } from '../report/page/document.ts';
import { renderPost } from '../report/post.ts';
import { tableOf } from '../report/table.ts';
import { renderTableHtml } from '../report/table-html.ts';
import type { Files } from './files.ts';
import { pageScript } from './page-script.ts';

/** Tables and the draft of a post. */
export function textsOf(runs: readonly MeasuredRun[], charts: readonly Chart[]): Files {
  return new Map([
    ['table.md', renderMarkdown(runs)],
    ['table.csv', renderCsv(runs)],
    ['table.html', renderTableHtml(runs)],
    ['post.md', renderPost(runs, charts)],
  ]);
}

/** All latencies of each contender as HdrHistogram percentiles, for use in other tools. */
export function histogramsOf(entries: Entry[]): Files {
  const contenders = ofType(entries, 'run')[0]?.config.contenders ?? [];
  return new Map(
    contenders.flatMap((contender): [string, string][] => {
      const histogram = latencyHistogram(entries, contender);
      return histogram === undefined ? [] : [[`latency-${contender}.hgrm`, renderHgrm(histogram)]];
    }),
  );
}

export async function pageOf(runs: readonly MeasuredRun[], charts: readonly Chart[]): Promise<string> {
  return renderPage({
    runs,
    charts,
    table: tableOf(runs),
    markdown: renderMarkdown(runs),
    script: await pageScript(),
  });
}
