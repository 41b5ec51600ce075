import { readRecord } from '../../record/file.ts';
import { type Summary, summarize } from '../../summary/summary.ts';
import { differences } from './differences.ts';
import { renderDiff } from './render.ts';
import { crossed, parseThreshold } from './threshold.ts';

export interface Diff {
  /** Tables, verdicts and differences, for a terminal. */
  text: string;
  /** One sentence per crossed threshold. */
  failures: string[];
}

/**
 * Compares two runs from their records alone.
 *
 * @param failIf thresholds as in parseThreshold
 * @param width columns of the terminal
 *
 * @throws BenchError RECORD_UNREADABLE, BAD_OPTION
 */
export async function diff(folders: [first: string, second: string], failIf: string[], width: number): Promise<Diff> {
  const thresholds = failIf.map(parseThreshold);
  const [first, second] = await Promise.all([summaryOf(folders[0]), summaryOf(folders[1])]);
  return {
    text: renderDiff({ folders, summaries: [first, second], differences: differences(first, second) }, width),
    failures: thresholds.flatMap((threshold) => crossed(threshold, first, second) ?? []),
  };
}

async function summaryOf(folder: string): Promise<Summary> {
  return summarize(await readRecord(folder));
}
