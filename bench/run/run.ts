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
import { type Run, type Workshop, warn } from '../trial/context.ts';
import { prepareMachines } from './machines.ts';
import { reach } from './reach.ts';
import { abandonedTrials, fetchedEntries, type Unfinished } from './resume.ts';
import { openWorkFolder } from './work-folder.ts';

const root = join(import.meta.dirname, '..', '..');

export interface RunOptions {
  config: Config;
  environment: Environment;
  /** The machine that servers run on. */
  target: HostOpener;
  /** The machines that the fleet runs on; this one is the first, and without them the only one. */
  places?: readonly FleetPlace[] | undefined;
  /** Raise what the plan needs on both machines, for the time of the run. */
  tune: boolean;
  /** Gets a folder for this run. */
  resultsDirectory: string;
  progress: Progress;
  signal: AbortSignal;
  /** A run to go on with, in its own folder. */
  unfinished?: Unfinished | undefined;
}

export interface RunSteps {
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
export async function inRun(options: RunOptions, steps: RunSteps): Promise<string> {
  const { config, environment, progress, target, unfinished, places = [fleetHere] } = options;
  const startedAt = new Date();
  const record =
    unfinished === undefined
      ? new RecordWriter(join(options.resultsDirectory, runName(startedAt, environment)))
      : new RecordWriter(unfinished.directory, 'go on');
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
    const before = unfinished?.entries ?? [];
    await carryOut(
      { config, places, record, progress, signal, before },
      { ...options, run: keyOf(startedAt, before), lost },
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

async function carryOut(
  context: Pick<Run, 'config' | 'places' | 'record' | 'progress' | 'signal' | 'before'>,
  {
    target,
    tune,
    unfinished,
    run,
    lost,
  }: Pick<RunOptions, 'target' | 'tune' | 'unfinished'> & { run: string; lost: AbortController },
  { build, measure }: RunSteps,
): Promise<void> {
  await using ends = new AsyncDisposableStack();
  const workFolder = await openWorkFolder(join(root, '.build'));
  ends.defer(() => workFolder.remove());
  const workshop = { ...context, bundleDirectory: workFolder.directory };
  const { ca, ...certificates } = await prepareCertificates(target.certificateHosts);
  await build(workshop);
  const release = {
    run,
    bundleDirectory: workFolder.directory,
    ...certificates,
    memoryMaxBytes: context.config.serverMemoryBytes,
    compileThere: context.config.compileOnTarget,
    signal: context.signal,
  };
  for (const place of context.places) endWith(place.lost, lost);
  const { host, remoteTarget, close } = await target.open(release);
  ends.defer(close);
  endWith(remoteTarget?.lost, lost);
  const probe = async () => {
    for (const machine of [remoteTarget, ...context.places]) await machine?.probe?.();
  };
  try {
    if (remoteTarget !== undefined) await settleRemoteTarget(context, remoteTarget, unfinished);
    const { host: here } = await localHost.open(release);
    const machines = await prepareMachines(context, { target, host, here, tune, ends });
    const trials = { ...workshop, host, remoteTarget, probe, ca: await readFile(ca, 'utf8'), ...machines };
    if (remoteTarget !== undefined) await reach(trials);
    await measure(trials);
  } catch (error) {
    // Whatever it was, it may have come of a lost connection, which is then what is told.
    await probe();
    throw error;
  }
}

/** A run ends with the connection to a machine that it needs. */
function endWith(lost: AbortSignal | undefined, end: AbortController): void {
  if (lost === undefined) return;
  const onLost = () => end.abort(lost.reason);
  lost.addEventListener('abort', onLost);
  if (lost.aborted) onLost();
}

/** Before the first trial on another machine: what is to be known of it, and what was left there. */
async function settleRemoteTarget(
  context: Pick<Workshop, 'record' | 'progress'>,
  { notes, spooled, forget }: RemoteTarget,
  unfinished: Unfinished | undefined,
): Promise<void> {
  for (const note of notes) warn(context, note);
  if (unfinished === undefined) return;
  const fetched = fetchedEntries(unfinished.whole, await spooled());
  for (const entry of fetched) context.record.append(entry);
  await forget();
  if (fetched.length > 0) context.progress.phase(`${fetched.length} lines of samples fetched that had not arrived`);
}

/** The same for whoever goes on with a run. */
function keyOf(startedAt: Date, before: readonly Entry[]): string {
  const begun = ofType(before, 'run')[0]?.startedAt ?? startedAt.toISOString();
  return begun.replaceAll(':', '-');
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
