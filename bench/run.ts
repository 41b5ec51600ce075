import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CertificateError, type CertificateFiles, ensureCertificates } from '../certs/issue.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { BenchError, Interrupted, messageOf } from './errors.ts';
import { localHost } from './host/agent-host.ts';
import type { HostOpener } from './host/host.ts';
import { prepareMachines } from './machines.ts';
import type { Progress } from './progress.ts';
import { type Entry, schemaVersion } from './record.ts';
import { RecordWriter } from './record-file.ts';
import { abandonedTrials, type Unfinished } from './resume.ts';
import type { TrialContext } from './trial/trial.ts';
import { openWorkFolder } from './work-folder.ts';

const root = join(import.meta.dirname, '..');

export interface RunOptions {
  config: Config;
  environment: Environment;
  /** The machine that servers run on. */
  target: HostOpener;
  /** Raise what the plan needs on both machines, for the time of the run. */
  tune: boolean;
  /** Gets a folder for this run. */
  resultsDirectory: string;
  progress: Progress;
  signal: AbortSignal;
  /** A run to go on with, in its own folder. */
  unfinished?: Unfinished | undefined;
}

/** What there is before servers can be started. */
export interface Workshop extends Pick<TrialContext, 'config' | 'record' | 'progress' | 'signal'> {
  /** Where servers are built, one folder a contender. */
  bundleDirectory: string;
  /** What the record held when this began: nothing, but in a run that goes on. */
  before: Entry[];
}

export interface Run extends Workshop, TrialContext {}

export interface Story {
  /** Builds what the target is then given. */
  build(workshop: Workshop): Promise<void>;
  measure(run: Run): Promise<void>;
}

/**
 * Opens a record, prepares what every trial needs, tells the story, and closes the record with how it went. What was
 * measured survives whatever goes wrong; nothing else of the run does.
 *
 * @returns the folder of the run.
 */
export async function inRun(options: RunOptions, story: Story): Promise<string> {
  const { config, environment, progress, target, unfinished } = options;
  const startedAt = new Date();
  const record =
    unfinished === undefined
      ? new RecordWriter(join(options.resultsDirectory, runName(startedAt, environment)))
      : new RecordWriter(unfinished.directory, 'go on');
  const signal = AbortSignal.any([options.signal, record.broken]);
  let outcome: 'complete' | 'interrupted' | 'failed' = 'complete';
  let failure: unknown;
  const { pid } = process;
  if (unfinished === undefined) {
    const host = { address: target.address, isSameMachine: target.isSameMachine };
    record.append({
      type: 'run',
      schemaVersion,
      startedAt: startedAt.toISOString(),
      pid,
      config,
      environment,
      host,
      tune: options.tune,
    });
  } else {
    const abandoned = abandonedTrials(unfinished.entries);
    record.append({ type: 'resume', resumedAt: startedAt.toISOString(), pid, abandoned });
  }
  try {
    await tell({ config, record, progress, signal, before: unfinished?.entries ?? [] }, options, story);
  } catch (error) {
    failure = error;
    outcome = failure instanceof Interrupted ? 'interrupted' : 'failed';
  } finally {
    const message = outcome === 'failed' ? { message: messageOf(failure) } : {};
    record.append({ type: 'end', endedAt: new Date().toISOString(), outcome, ...message });
    record.close();
  }
  // Then whatever else went wrong followed from it, or nothing did because it was the last entry.
  if (record.broken.aborted) {
    outcome = 'failed';
    failure = record.broken.reason;
  }
  if (outcome !== 'failed') return record.directory;
  // A mistake of ours is shown whole; what a user can mend is told in the report.
  progress.warn(`${messageOf(failure)}; what was measured until then is in ${record.directory}`);
  if (!(failure instanceof BenchError)) throw failure;
  return record.directory;
}

async function tell(
  context: Pick<Workshop, 'config' | 'record' | 'progress' | 'signal' | 'before'>,
  { target, tune }: Pick<RunOptions, 'target' | 'tune'>,
  { build, measure }: Story,
): Promise<void> {
  await using ends = new AsyncDisposableStack();
  const workFolder = await openWorkFolder(join(root, '.build'));
  ends.defer(() => workFolder.remove());
  const workshop = { ...context, bundleDirectory: workFolder.directory };
  const { ca, ...certificates } = await prepareCertificates(target.certificateHosts);
  await build(workshop);
  const release = { bundleDirectory: workFolder.directory, ...certificates, signal: context.signal };
  const { host, close } = await target.open(release);
  ends.defer(close);
  const { host: here } = await localHost.open(release);
  const machines = await prepareMachines(context, { target, host, here, tune, ends });
  await measure({ ...workshop, host, ca: await readFile(ca, 'utf8'), ...machines });
}

export async function prepareCertificates(hosts: string[]): Promise<CertificateFiles> {
  try {
    return await ensureCertificates(join(root, 'certs', 'local'), hosts);
  } catch (error) {
    if (error instanceof CertificateError) throw new BenchError('CERTIFICATES', error.message);
    throw error;
  }
}

/** "2026-11-20T10-43-25Z-raspberrypi-2e38c61002fa": sorts by time, and is a legal name on every file system. */
function runName(startedAt: Date, { commit }: Environment): string {
  const time = startedAt.toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return [time, hostname().replaceAll(/[^\w.-]/g, '_'), commit ?? 'no-commit'].join('-');
}
