import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetArrived, FleetConnected, FleetWindow } from '../../clients/contract.ts';
import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Config } from '../config.ts';
import { BenchError, Interrupted } from '../errors.ts';
import type { Fleet } from '../fleet.ts';
import type { Host, RunningServer } from '../host/host.ts';
import type { Verdict } from '../limits/diagnose.ts';
import type { Preflight } from '../limits/preflight.ts';
import type { PlannedTrial } from '../plan.ts';
import type { Progress } from '../progress.ts';
import type { EntryOf, RecordWriter } from '../record.ts';
import { nextCounters, spans } from './counters.ts';
import { type Pair, startPair, warn } from './pair.ts';
import type { Timeline } from './timeline.ts';

/** What every trial of a run has in common. */
export interface TrialContext {
  config: Config;
  host: Host;
  /** The CA that clients verify servers against, PEM. */
  ca: string;
  record: Pick<RecordWriter, 'append'>;
  progress: Progress;
  signal: AbortSignal;
  /** Ceilings of both machines. */
  limits: { server: HostLimits; fleet: HostLimits };
  /** How far they let each search come. */
  foreseen: readonly Preflight[];
}

/** A fresh server and a fresh fleet, everything they say going into the record. */
export interface Trial {
  context: TrialContext;
  planned: PlannedTrial;
  server: RunningServer;
  /** What is not done through the trial itself. */
  fleet: Pick<Fleet, 'send'>;
  /** What both have said so far. */
  timeline: Timeline;
  mark(name: EntryOf<'mark'>['name']): void;
  /** Tells the user, and the record. */
  warn(message: string): void;
  /**
   * Has `clients` clients in all and resolves when every attempt has ended.
   * @throws BenchError PROCESS_SILENT when that takes too long.
   */
  connect(clients: number, withinMilliseconds: number): Promise<FleetConnected[]>;
  /** Has clients arrive, say one thing and leave, at this rate for so long; resolves when the last has gone. */
  arrive(perSecond: number, durationMilliseconds: number, withinMilliseconds: number): Promise<FleetArrived[]>;
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

/** What a trial found, for whoever ran it, and why it stopped, for the record. */
export interface TrialResult<Found> {
  found: Found;
  stop?: Verdict;
}

/**
 * Runs `body` with a server and a fleet of up to `clients`, and ends both whatever happens.
 *
 * @returns what was found; undefined when the trial broke off: the record then says why.
 */
export async function runTrial<Found>(
  context: TrialContext,
  planned: PlannedTrial & { search?: string },
  clients: number,
  body: (trial: Trial) => Promise<TrialResult<Found>>,
): Promise<Found | undefined> {
  const { record } = context;
  const { id: trial, phase, contender, search } = planned;
  const ofSearch = search === undefined ? {} : { search };
  record.append({ type: 'trial', trial, phase, contender, ...ofSearch, ...now() });
  try {
    await using pair = await startPair(context, planned, clients);
    const { found, stop } = await body(createTrial(context, planned, pair));
    record.append({ type: 'trialEnd', trial, outcome: 'complete', ...(stop !== undefined && { stop }) });
    return found;
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof BenchError)) throw error;
    // One trial that fails does not take the others with it.
    warn(context, `${trial}: ${error.message}`);
    record.append({ type: 'trialEnd', trial, outcome: 'failed', code: error.code, message: error.message });
    return undefined;
  }
}

function createTrial(context: TrialContext, planned: PlannedTrial, { server, fleet, timeline }: Pair): Trial {
  const checked = <Answer extends Handshakes>(answers: Answer[]): Answer[] => {
    for (const objection of handshakeObjections(answers, context.config.cipher)) {
      warn(context, `${planned.id}: ${objection}`);
    }
    return answers;
  };
  return {
    context,
    planned,
    server,
    fleet,
    timeline,
    warn: (message) => warn(context, `${planned.id}: ${message}`),
    mark: (name) => context.record.append({ type: 'mark', trial: planned.id, name, ...now() }),
    async connect(clients, withinMilliseconds) {
      const { connectPerSecond } = context.config.ramp;
      return checked(await fleet.connect(clients, connectPerSecond, withinMilliseconds));
    },
    arrive: async (...order) => checked(await fleet.arrive(...order)),
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

type Handshakes = Pick<FleetConnected, 'negotiated' | 'resumed'>;

/** Servers are comparable only when every handshake was a full one with the cipher asked for. Pure. */
export function handshakeObjections(connected: Handshakes[], cipher: string): string[] {
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

function now(): { monotonicMilliseconds: number } {
  return { monotonicMilliseconds: monotonicMilliseconds() };
}
