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
import { type Files, removeOthers, writeFiles } from './files.ts';
import { drawAll } from './pictures.ts';
import { histogramsOf, pageOf, textsOf } from './texts.ts';

export interface Published {
  /** Where everything was written to. */
  directory: string;
  summary: Summary;
  entries: Entry[];
}

/**
 * Makes everything that is published of a run, from its record alone: beside it, or elsewhere.
 *
 * @throws BenchError, or Interrupted between two files, each of which is whole.
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
 * The same at the end of a run, which may have taken hours: whatever goes wrong now, whoever waited for it is told that
 * nothing is lost.
 *
 * @throws BenchError, and whatever a mistake of ours throws.
 */
export async function publishMeasured(directory: string, progress: Pick<Progress, 'warn'>): Promise<Published> {
  try {
    return await publish(directory);
  } catch (error) {
    progress.warn(`what was measured is in ${directory}, and what is published of it can be made again`);
    throw error;
  }
}

/** Makes it of several runs, side by side. @param folderOf the folder of all by their summaries. */
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

/** @throws BenchError RECORD_UNREADABLE */
export async function readRun(directory: string): Promise<{ run: MeasuredRun; entries: Entry[] }> {
  const entries = await readRecord(directory);
  const folder = basename(resolve(directory));
  const servers = ofType(entries, 'run')[0]?.servers ?? {};
  const run = { folder, label: folder, summary: summarize(entries), servers, curves: curvesOf(entries) };
  return { run, entries };
}

/** @param figures what stands there of them already. */
async function publishAll(
  runs: readonly MeasuredRun[],
  into: string,
  { figures, signal }: { figures: Files; signal: AbortSignal | undefined },
): Promise<void> {
  const charts = chartsOf(runs);
  // First, whatever becomes of the pictures.
  const texts = textsOf(runs, charts);
  await writeFiles(into, texts, signal);
  const pictures = await drawAll(charts);
  await writeFiles(into, pictures, signal);
  await removeOthers(into, new Map([...figures, ...texts, ...pictures]));
  await writeFiles(into, new Map([['report.html', await pageOf(runs, charts)]]), signal);
}
