import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planTrials } from '../../bench/plan/plan.ts';
import { ofType } from '../../bench/record/entries.ts';
import { readRecord } from '../../bench/record/file.ts';
import { type Entry, entrySchema } from '../../bench/record/record.ts';
import { recordFileName } from '../../bench/record/writer.ts';
import { finishedTrials } from '../../bench/run/resume.ts';
import { isMeasured } from '../../bench/stats/figure.ts';
import { type Summary, summarize } from '../../bench/summary/summary.ts';
import { until } from '../../bench/testing/processes.ts';
import { type AgentLine, agentLineSchema } from '../../servers/contract/agent.ts';
import { processesWith } from './processes.ts';
import type { TestSshd } from './sshd.ts';

/** Checks what a run of the command line leaves on the machine of a test's sshd, and in its record. */

const storeOf = ({ home }: TestSshd) => join(home, '.pi-websocket-bench');

/** Names of the agents' files: "<run>/<agent>.jsonl". */
function spoolsOf(sshd: TestSshd): string[] {
  return readdirSync(join(storeOf(sshd), 'spools'), { recursive: true, encoding: 'utf8' });
}

/** The spooled lines of the only run there, by the names of its agents. */
export function linesKept(sshd: TestSshd): Map<string, AgentLine[]> {
  const files = spoolsOf(sshd).filter((name) => name.endsWith('.jsonl'));
  return new Map(
    files.map((name) => {
      const lines = readFileSync(join(storeOf(sshd), 'spools', name), 'utf8')
        .split('\n')
        .slice(0, -1);
      return [name.replace(/^.*\/(.*)\.jsonl$/, '$1'), lines.map((line) => agentLineSchema.parse(JSON.parse(line)))];
    }),
  );
}

/** Command lines of ssh processes here and of the suite's processes there. */
export function processesOf({ folder }: TestSshd): string[] {
  return [...processesWith(folder).values()].filter((command) => command !== '' && !command.includes('sshd -D'));
}

/** Asserts that a finished run has left no process, no samples, and no file in the home folder except the store. */
export async function assertNothingThere(sshd: TestSshd): Promise<void> {
  await until('nothing runs', () => processesOf(sshd).length === 0).catch((error: unknown) => {
    assert.fail(`${error}: ${processesOf(sshd).join('\n')}`);
  });
  assert.deepEqual(spoolsOf(sshd), []);
  assert.deepEqual(readdirSync(sshd.home), ['.pi-websocket-bench']);
  assert.deepEqual(readdirSync(storeOf(sshd)).toSorted(), ['current', 'objects', 'releases', 'spools']);
}

/** All entries of the record, also those of abandoned trials. */
export async function rawRecord(folder: string): Promise<Entry[]> {
  const lines = (await readFile(join(folder, recordFileName), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => entrySchema.parse(JSON.parse(line)));
}

/** The number of trials that a run has begun so far. */
export function trialsIn(folder: string): number {
  return readFileSync(join(folder, recordFileName), 'utf8').split('"type":"trial"').length - 1;
}

/** Asserts that a run is complete, as if it had never been interrupted. */
export async function assertComplete(folder: string): Promise<Summary> {
  const entries = await readRecord(folder);
  const summary = summarize(entries);
  assert.equal(summary.outcome, 'complete');
  const planned = planTrials(summary.config).map(({ id }) => id);
  assert.deepEqual(finishedTrials(entries), new Set(planned));
  const trials = ofType(entries, 'trial').map(({ trial }) => trial);
  assert.equal(new Set(trials).size, trials.length, 'none was made twice');
  const { rssBytes, maxClientsConnected } = summary.contenders.async ?? assert.fail('no figures');
  assert.ok(isMeasured(rssBytes) && isMeasured(maxClientsConnected.clients));
  assert.equal(maxClientsConnected.stops.length, summary.config.trials);
  return summary;
}

/** The lines of a trial's agent in the record: received before the entry `resume`, and fetched after it. */
export function linesOf(entries: readonly Entry[], trial: string): { received: AgentLine[]; fetched: AgentLine[] } {
  const gap = entries.findIndex(({ type }) => type === 'resume');
  const lines = (part: readonly Entry[], type: 'server' | 'spool') =>
    ofType(part, type).flatMap((entry) => (entry.trial === trial ? [entry.line] : []));
  return { received: lines(entries.slice(0, gap), 'server'), fetched: lines(entries.slice(gap), 'spool') };
}
