import { basename, resolve } from 'node:path';
import { curvesOf } from '../curves/curves.ts';
import type { Progress } from '../progress/progress.ts';
import { ofType } from '../record/entries.ts';
import { readRecord } from '../record/file.ts';
import type { Entry } from '../record/record.ts';
import { chartsOf } from '../report/charts/all.ts';
import { labelsOf } from '../report/labels.ts';
import type { MeasuredRun } from '../report/measured-run.ts';
import { type Summary, summarize } from '../summary/summary.ts';
import { type Files, removeStale, writeFiles } from './files.ts';
import { drawAll } from './pictures.ts';
import { histogramsOf, pageOf, textsOf } from './texts.ts';

export interface Published {
  /** The folder of the published files. */
  directory: string;
  summary: Summary;
  entries: Entry[];
}

/**
 * Makes all published files of a run from its record alone, beside the record or in `into`.
 *
 * @throws BenchError RECORD_UNREADABLE, RESULTS_NOT_WRITABLE
 * @throws Interrupted between two files, each of which is whole
 */
export async function publish(directory: string, into = directory, signal?: AbortSignal): Promise<Published> {
  const { run, entries } = await readRun(directory);
  const { summary } = run;
  const figures: Files = new Map([['summary.json', `${JSON.stringify(summary, null, 2)}\n`], ...histogramsOf(entries)]);
  await writeFiles(into, figures, signal);
  await publishAll([run], into, { figures, signal });
  return { directory: into, summary, entries };
}

/**
 * Publishes at the end of a run, which may have taken hours; on any error, also warns that the measurements are not
 * lost.
 *
 * @throws BenchError RECORD_UNREADABLE, RESULTS_NOT_WRITABLE, and any other error unchanged
 */
export async function publishMeasured(directory: string, progress: Pick<Progress, 'warn'>): Promise<Published> {
  try {
    return await publish(directory);
  } catch (error) {
    progress.warn(
      `the measurements are safe in ${directory}: publish them again with npm run bench:report -- ${directory}`,
    );
    throw error;
  }
}

/**
 * Publishes several runs side by side.
 *
 * @param folderOf gives the folder to write to, from the summaries of all runs
 * @returns that folder
 * @throws BenchError RECORD_UNREADABLE, RESULTS_NOT_WRITABLE
 * @throws Interrupted between two files
 */
export async function publishTogether(
  directories: readonly string[],
  folderOf: (summaries: readonly Summary[]) => string,
  signal?: AbortSignal,
): Promise<string> {
  const runs: MeasuredRun[] = [];
  for (const directory of directories) runs.push((await readRun(directory)).run);
  const labels = labelsOf(runs);
  const into = folderOf(runs.map(({ summary }) => summary));
  await publishAll(
    runs.map((run, index) => ({ ...run, label: labels[index] ?? run.label })),
    into,
    { figures: new Map(), signal },
  );
  return into;
}

/** Reads a run's record, and computes its summary and curves. @throws BenchError RECORD_UNREADABLE */
export async function readRun(directory: string): Promise<{ run: MeasuredRun; entries: Entry[] }> {
  const entries = await readRecord(directory);
  const folder = basename(resolve(directory));
  const servers = ofType(entries, 'run')[0]?.servers ?? {};
  const run = { folder, label: folder, summary: summarize(entries), servers, curves: curvesOf(entries) };
  return { run, entries };
}

/** @param figures files that are already written, and not stale */
async function publishAll(
  runs: readonly MeasuredRun[],
  into: string,
  { figures, signal }: { figures: Files; signal: AbortSignal | undefined },
): Promise<void> {
  const charts = chartsOf(runs);
  // Texts come first, so that they exist even if drawing fails.
  const texts = textsOf(runs, charts);
  await writeFiles(into, texts, signal);
  const pictures = await drawAll(charts);
  await writeFiles(into, pictures, signal);
  await removeStale(into, new Map([...figures, ...texts, ...pictures]));
  await writeFiles(into, new Map([['report.html', await pageOf(runs, charts)]]), signal);
}
