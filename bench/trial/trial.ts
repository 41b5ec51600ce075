import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetConnected, FleetWindow } from '../../clients/contract.ts';
import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Config } from '../config.ts';
import { BenchError, Interrupted } from '../errors.ts';
import { Fleet } from '../fleet.ts';
import type { Host, RunningServer } from '../host/host.ts';
import type { PlannedTrial } from '../plan.ts';
import type { Progress } from '../progress.ts';
import type { EntryOf, RecordWriter } from '../record.ts';
import { nextCounters, spans } from './counters.ts';

/** What every trial of a run has in common. */
export interface TrialContext {
  config: Config;
  host: Host;
  /** The CA that clients verify servers against, PEM. */
  ca: string;
  record: Pick<RecordWriter, 'append'>;
  progress: Progress;
  signal: AbortSignal;
}

/** A fresh server and a fresh fleet, everything they say going into the record. */
export interface Trial {
  context: TrialContext;
  planned: PlannedTrial;
  server: RunningServer;
  /** What is not done through the trial itself. */
  fleet: Pick<Fleet, 'send' | 'total'>;
  mark(name: EntryOf<'mark'>['name']): void;
  /** Tells the user, and the record. */
  warn(message: string): void;
  /**
   * Has `clients` clients in all and resolves when every attempt has ended.
   * @throws BenchError PROCESS_SILENT when that takes too long.
   */
  connect(clients: number, withinMilliseconds: number): Promise<FleetConnected[]>;
  /** Waits; ends early, with an error, when the server ends. */
  hold(milliseconds: number): Promise<void>;
  /**
   * A measured window of at least `milliseconds`, from one line of the server's counters to another, because the
   * server's counts are exact at those moments. A line that does not come (the server hangs, or has ended) is absent.
   */
  window(name: string, milliseconds: number): Promise<Window>;
}

export interface Window {
  before: CountersLine | undefined;
  after: CountersLine | undefined;
  fleet: FleetWindow[];
}

/** Why a ramp ended; of other trials nothing. */
export interface TrialResult {
  cause?: string;
  detail?: string;
}

/** Runs `body` with a server and a fleet of up to `clients`, and ends both whatever happens. */
export async function runTrial(
  context: TrialContext,
  planned: PlannedTrial,
  clients: number,
  body: (trial: Trial) => Promise<TrialResult>,
): Promise<void> {
  const { config, host, record, signal } = context;
  const trial = planned.id;
  record.append({ type: 'trial', trial, phase: planned.phase, contender: planned.contender, ...now() });
  let server: RunningServer | undefined;
  let fleet: Fleet | undefined;
  let stopLive: (() => void) | undefined;
  try {
    server = await host.startServer({
      contender: planned.contender,
      cipher: config.cipher,
      messageBytes: config.messageBytes,
      maxThreads: config.maxThreads,
      reportMilliseconds: config.reportMilliseconds,
      memoryGuardShare: config.memoryGuardShare,
      onLine(line) {
        record.append({ type: 'server', trial, line });
        if (line.type === 'started') for (const message of line.limitations) warn(context, message);
      },
    });
    for (const message of server.ready.limitations) warn(context, `${planned.contender}: ${message}`);
    fleet = await Fleet.start({
      config,
      host,
      ports: server.ready.ports,
      ca: context.ca,
      clients,
      onLine: (process, line) => record.append({ type: 'fleet', trial, process, line }),
      signal,
    });
    stopLive = showLive(context, planned, server, fleet);
    const result = await body(createTrial(context, planned, server, fleet));
    record.append({ type: 'trialEnd', trial, outcome: 'complete', ...result });
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof BenchError)) throw error;
    // One trial that fails does not take the others with it.
    warn(context, `${trial}: ${error.message}`);
    record.append({ type: 'trialEnd', trial, outcome: 'failed', cause: error.code, detail: error.message });
  } finally {
    stopLive?.();
    await Promise.all([fleet?.stop(), server?.stop()]);
  }
}

function createTrial(context: TrialContext, planned: PlannedTrial, server: RunningServer, fleet: Fleet): Trial {
  return {
    context,
    planned,
    server,
    fleet,
    warn: (message) => warn(context, `${planned.id}: ${message}`),
    mark: (name) => context.record.append({ type: 'mark', trial: planned.id, name, ...now() }),
    async connect(clients, withinMilliseconds) {
      const { connectPerSecond } = context.config.ramp;
      const connected = await fleet.connect(clients, connectPerSecond, withinMilliseconds);
      for (const objection of handshakeObjections(connected, context.config.cipher)) {
        warn(context, `${planned.id}: ${objection}`);
      }
      return connected;
    },
    async hold(milliseconds) {
      const end = performance.now() + milliseconds;
      while (performance.now() < end) {
        await pause(Math.min(250, end - performance.now()), context.signal);
        const ended = server.ended();
        if (ended === undefined) continue;
        const how = ended.signal ?? `exit code ${ended.exitCode}`;
        throw new BenchError('PROCESS_FAILED', `the server ended (${how}): ${ended.lastWords.join('\n')}`);
      }
    },
    async window(name, milliseconds) {
      const before = await nextCounters(server);
      fleet.measure(name);
      let after = before;
      while (before !== undefined && after !== undefined && !spans(before, after, milliseconds)) {
        after = await nextCounters(server);
      }
      return { before, after, fleet: await fleet.report() };
    },
  };
}

/** Servers are comparable only when every handshake was a full one with the cipher asked for. Pure. */
export function handshakeObjections(connected: FleetConnected[], cipher: string): string[] {
  const objections: string[] = [];
  const resumed = connected.reduce((sum, line) => sum + line.resumed, 0);
  if (resumed > 0) objections.push(`${resumed} handshakes resumed an earlier session and cost less than a full one`);
  const others = connected
    .flatMap((line) => Object.keys(line.negotiated))
    .filter((name) => name !== `TLSv1.3 ${cipher}`);
  for (const name of new Set(others)) objections.push(`some clients negotiated ${name} in place of ${cipher}`);
  return objections;
}

/** CPU time of a fleet process as a share of one core: its loop is its one thread. */
export function busyShare(window: FleetWindow): number {
  return (window.cpuUserMicroseconds + window.cpuSystemMicroseconds) / 1_000 / window.durationMilliseconds;
}

/** @throws Interrupted */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Interrupted();
  }
}

function warn(context: TrialContext, message: string): void {
  context.record.append({ type: 'warning', message });
  context.progress.warn(message);
}

function now(): { monotonicMilliseconds: number } {
  return { monotonicMilliseconds: monotonicMilliseconds() };
}

function showLive(context: TrialContext, planned: PlannedTrial, server: RunningServer, fleet: Fleet): () => void {
  let parsedBefore = 0;
  const timer = setInterval(() => {
    const parsed = server.counters()?.counters.messages ?? 0;
    const rss = server.sample()?.process.rssBytes;
    context.progress.live(
      `${planned.phase} ${planned.contender}: ${fleet.total('open')} clients, ${parsed - parsedBefore} messages/s` +
        (rss === undefined ? '' : `, ${Math.round(rss / 1_000_000)} MB`),
    );
    parsedBefore = parsed;
  }, 1_000);
  return () => clearInterval(timer);
}
