import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CertificateError, type CertificateFiles, ensureCertificates } from '../../certs/issue.ts';
import { BenchError, Interrupted, messageOf } from '../errors.ts';
import { localHost } from '../host/agent-host.ts';
import { type FleetPlace, fleetHere, furtherPlaces } from '../host/fleet-place.ts';
import type { HostOpener, RemoteTarget } from '../host/host.ts';
import type { Config } from '../plan/config.ts';
import { describeServers } from '../plan/servers.ts';
import type { Progress } from '../progress/progress.ts';
import { ofType } from '../record/entries.ts';
import type { Environment } from '../record/environment.ts';
import { type Entry, schemaVersion } from '../record/record.ts';
import { RecordWriter } from '../record/writer.ts';
import { type BuildContext, type Run, recordWarning } from '../trial/context.ts';
import { checkReachable } from './check-reachable.ts';
import { prepareMachines } from './machines.ts';
import { abandonedTrials, fetchedEntries, type Unfinished } from './resume.ts';
import { openWorkFolder } from './work-folder.ts';

const root = join(import.meta.dirname, '..', '..');

export interface RunOptions {
  config: Config;
  environment: Environment;
  /** The machine that servers run on. */
  target: HostOpener;
  /** The machines that the fleet runs on, this one first. Default: this machine alone. */
  places?: readonly FleetPlace[] | undefined;
  /** Raises kernel settings that the plan needs, on both machines, for the time of the run. */
  tune: boolean;
  /** The parent of the run's own folder. */
  resultsDirectory: string;
  progress: Progress;
  signal: AbortSignal;
  /** A run to resume, in its own folder. */
  unfinished?: Unfinished | undefined;
}

export interface RunSteps {
  /** Builds the servers before the target is opened, which receives them. */
  build(buildContext: BuildContext): Promise<void>;
  measure(run: Run): Promise<void>;
}

/**
 * Opens or resumes a record, prepares what every trial needs, runs the steps, and closes the record with the outcome.
 * The record survives every failure; servers, fleets, raised settings and the work folder are always cleaned up.
 * Failures with a BenchError are recorded and shown as warnings, not thrown.
 *
 * @returns the folder of the run.
 * @throws BenchError RESULTS_NOT_WRITABLE when the record cannot be opened; any error that is no BenchError, after the
 * record is closed.
 */
export async function executeRun(options: RunOptions, steps: RunSteps): Promise<string> {
  const { config, environment, progress, target, unfinished, places = [fleetHere] } = options;
  const startedAt = new Date();
  const record =
    unfinished === undefined
      ? new RecordWriter(join(options.resultsDirectory, runName(startedAt, environment)))
      : new RecordWriter(unfinished.directory, 'resume');
  let outcome: 'complete' | 'interrupted' | 'failed' = 'complete';
  let failure: unknown;
  const { pid } = process;
  if (unfinished === undefined) {
    const fleet = furtherPlaces(places);
    const { address, isSameMachine } = target;
    const host = { address, isSameMachine, ...(fleet.length > 0 && { fleet }) };
    record.append({
      type: 'run',
      schemaVersion,
      startedAt: startedAt.toISOString(),
      pid,
      config,
      environment,
      host,
      tune: options.tune,
      servers: describeServers(config.contenders),
    });
  } else {
    const abandoned = abandonedTrials(unfinished.entries);
    record.append({ type: 'resume', resumedAt: startedAt.toISOString(), pid, abandoned });
  }
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, record.broken, lost.signal]);
  try {
    const earlierEntries = unfinished?.entries ?? [];
    await executeSteps(
      { config, places, record, progress, signal, earlierEntries },
      { ...options, run: runKey(startedAt, earlierEntries), lost },
      steps,
    );
  } catch (error) {
    failure = lost.signal.aborted ? lost.signal.reason : error;
    outcome = failure instanceof Interrupted ? 'interrupted' : 'failed';
  } finally {
    const message = outcome === 'failed' ? { message: messageOf(failure) } : {};
    record.append({ type: 'end', endedAt: new Date().toISOString(), outcome, ...message });
    record.close();
  }
  // A record that cannot be written is the cause of any other failure, and the only failure when it is the last entry.
  if (record.broken.aborted) {
    outcome = 'failed';
    failure = record.broken.reason;
  }
  if (outcome !== 'failed') return record.directory;
  // A BenchError is something the user can fix; any other error is a defect of this suite and keeps its stack.
  progress.warn(`${messageOf(failure)}; what was measured until then is in ${record.directory}`);
  if (!(failure instanceof BenchError)) throw failure;
  return record.directory;
}

async function executeSteps(
  context: Pick<Run, 'config' | 'places' | 'record' | 'progress' | 'signal' | 'earlierEntries'>,
  {
    target,
    tune,
    unfinished,
    run,
    lost,
  }: Pick<RunOptions, 'target' | 'tune' | 'unfinished'> & { run: string; lost: AbortController },
  { build, measure }: RunSteps,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const workFolder = await openWorkFolder(join(root, '.build'));
  cleanup.defer(() => workFolder.remove());
  const buildContext = { ...context, bundleDirectory: workFolder.directory };
  const { ca, ...certificates } = await prepareCertificates(target.certificateHosts);
  await build(buildContext);
  const release = {
    run,
    bundleDirectory: workFolder.directory,
    ...certificates,
    memoryMaxBytes: context.config.serverMemoryBytes,
    compileThere: context.config.compileOnTarget,
    signal: context.signal,
  };
  for (const place of context.places) abortOnLoss(place.lost, lost);
  const { host, remoteTarget, close } = await target.open(release);
  cleanup.defer(close);
  abortOnLoss(remoteTarget?.lost, lost);
  const probe = async () => {
    for (const machine of [remoteTarget, ...context.places]) await machine?.probe?.();
  };
  try {
    if (remoteTarget !== undefined) await recordRemoteState(context, remoteTarget, unfinished);
    const { host: here } = await localHost.open(release);
    const machines = await prepareMachines(context, { target, host, here, tune, cleanup });
    const trials = { ...buildContext, host, remoteTarget, probe, ca: await readFile(ca, 'utf8'), ...machines };
    if (remoteTarget !== undefined) await checkReachable(trials);
    await measure(trials);
  } catch (error) {
    // A lost connection may be the cause; probing finds that out and aborts with CONNECTION_LOST as the reason.
    await probe();
    throw error;
  }
}

/** Aborts `end`, with the same reason, when the connection to a machine of the run is lost. */
function abortOnLoss(lost: AbortSignal | undefined, end: AbortController): void {
  if (lost === undefined) return;
  const onLost = () => end.abort(lost.reason);
  lost.addEventListener('abort', onLost);
  if (lost.aborted) onLost();
}

/** Records notes about the remote machine and, in a resumed run, the lines that its agents spooled there. */
async function recordRemoteState(
  context: Pick<BuildContext, 'record' | 'progress'>,
  { notes, spooled, deleteSpooled }: RemoteTarget,
  unfinished: Unfinished | undefined,
): Promise<void> {
  for (const note of notes) recordWarning(context, note);
  if (unfinished === undefined) return;
  const fetched = fetchedEntries(unfinished.allEntries, await spooled());
  for (const entry of fetched) context.record.append(entry);
  await deleteSpooled();
  if (fetched.length > 0)
    context.progress.phase(`fetched ${fetched.length} lines of samples that the lost connection had held back`);
}

/** Identifies the run in file names on the target; a resumed run keeps the key of its beginning. */
function runKey(startedAt: Date, earlierEntries: readonly Entry[]): string {
  const begun = ofType(earlierEntries, 'run')[0]?.startedAt ?? startedAt.toISOString();
  return begun.replaceAll(':', '-');
}

/** Creates the CA and the servers' certificate under certs/local, or reuses them. @throws BenchError CERTIFICATES */
export async function prepareCertificates(hosts: string[]): Promise<CertificateFiles> {
  try {
    return await ensureCertificates(join(root, 'certs', 'local'), hosts);
  } catch (error) {
    if (error instanceof CertificateError) throw new BenchError('CERTIFICATES', error.message);
    throw error;
  }
}

/** "2026-11-20T10-43-25Z-raspberrypi-2e38c61002fa": sorts by time and is a legal name on every file system. */
function runName(startedAt: Date, { commit }: Environment): string {
  const time = startedAt.toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  return [time, hostname().replaceAll(/[^\w.-]/g, '_'), commit ?? 'no-commit'].join('-');
}
