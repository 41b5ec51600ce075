import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CertificateError, type CertificateFiles, ensureCertificates } from '../certs/issue.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { BenchError, Interrupted, messageOf } from './errors.ts';
import { createLocalHost, localHost } from './host/local.ts';
import type { Progress } from './progress.ts';
import { RecordWriter, schemaVersion } from './record.ts';
import type { TrialContext } from './trial/trial.ts';
import { openWorkFolder } from './work-folder.ts';

const root = join(import.meta.dirname, '..');

export interface RunOptions {
  config: Config;
  environment: Environment;
  /** Gets a folder for this run. */
  resultsDirectory: string;
  progress: Progress;
  signal: AbortSignal;
}

export interface Run extends TrialContext {
  /** Where servers are built, one folder a contender, and started from. */
  bundleDirectory: string;
}

/**
 * Opens a record, prepares what every trial needs, tells the story, and closes the record with how it went. What was
 * measured survives whatever goes wrong; nothing else of the run does.
 *
 * @returns the folder of the run.
 */
export async function inRun(options: RunOptions, story: (run: Run) => Promise<void>): Promise<string> {
  const { config, environment, progress } = options;
  const startedAt = new Date();
  const record = new RecordWriter(join(options.resultsDirectory, runName(startedAt, environment)));
  const signal = AbortSignal.any([options.signal, record.broken]);
  let outcome: 'complete' | 'interrupted' | 'failed' = 'complete';
  let failure: unknown;
  record.append({
    type: 'run',
    schemaVersion,
    startedAt: startedAt.toISOString(),
    config,
    environment,
    host: localHost,
  });
  try {
    const workFolder = await openWorkFolder(join(root, '.build'));
    try {
      const bundleDirectory = workFolder.directory;
      const certificates = await prepareCertificates();
      const ca = await readFile(certificates.ca, 'utf8');
      const host = createLocalHost({ bundleDirectory, ...certificates, signal });
      await story({ config, host, ca, record, progress, signal, bundleDirectory });
    } finally {
      await workFolder.remove();
    }
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

async function prepareCertificates(): Promise<CertificateFiles> {
  try {
    return await ensureCertificates(join(root, 'certs', 'local'), []);
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
