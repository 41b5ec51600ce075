import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetArrived, FleetConnected, FleetWindow } from '../../clients/contract.ts';
import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import { BenchError, Interrupted } from '../errors.ts';
import type { Fleet } from '../host/fleet.ts';
import type { RunningServer } from '../host/host.ts';
import type { Timeline } from '../host/timeline.ts';
import type { AnyTrial } from '../plan/plan.ts';
import { objection } from '../record/check.ts';
import type { EntryOf } from '../record/record.ts';
import type { Verdict } from '../record/verdict.ts';
import { Ledger } from './audit/ledger.ts';
import { recordWarning, type TrialContext } from './context.ts';
import { nextCounters, spans } from './counters.ts';
import { type ServerAndFleet, startServerAndFleet } from './server-and-fleet.ts';

/** One trial: a fresh server and a fresh fleet, whose lines are all recorded. */
export interface Trial {
  context: TrialContext;
  planned: AnyTrial;
  server: RunningServer;
  /** Commands to the fleet that the trial does not wrap. */
  fleet: Pick<Fleet, 'send'>;
  /** The lines of server and fleet so far. */
  timeline: Timeline;
  mark(name: EntryOf<'mark'>['name']): void;
  /** Records and shows a warning that names the trial. */
  warn(message: string): void;
  /**
   * Brings the fleet to `clients` clients in all; resolves when every attempt has succeeded or failed.
   * @throws BenchError PROCESS_SILENT when that takes too long
   */
  connect(clients: number, withinMilliseconds: number): Promise<FleetConnected[]>;
  /** Makes clients arrive at this rate, send one message and leave; resolves when the last one has left. */
  arrive(perSecond: number, durationMilliseconds: number, withinMilliseconds: number): Promise<FleetArrived[]>;
  /** Waits. @throws BenchError PROCESS_FAILED when the server ends meanwhile @throws Interrupted */
  hold(milliseconds: number): Promise<void>;
  /**
   * Measures a window of at least `milliseconds`, from one line of the server's counters to another, because the
   * server's counts are exact at those moments. `before` or `after` is undefined when the server hangs or has ended.
   */
  window(name: string, milliseconds: number): Promise<Window>;
  /** Marks a window whose figures enter the table, so that the audit checks it. */
  claim(window: Window, clientsRequested: number, sending: boolean): void;
  /** Runs a measurement without a window, and marks its time for the audit. @param what "20 arrivals a second" */
  claimed<Found>(what: string, measure: () => Promise<Found>): Promise<Found>;
}

export interface Window {
  before: CountersLine | undefined;
  after: CountersLine | undefined;
  fleet: FleetWindow[];
  /** Milliseconds on the harness's CLOCK_MONOTONIC. */
  startedAt: number;
  endedAt: number;
}

/** What a trial found, for its caller, and why it stopped, for the record. */
export interface TrialResult<Found> {
  found: Found;
  stop?: Verdict;
}

/** A void trial runs a second time. */
const mostTries = 2;

/**
 * Runs `body` with a server and a fleet of up to `clients` clients, always ends both, and audits the measurements. A
 * trial that does not pass its audit is void and runs once more.
 *
 * @returns what was found; undefined when the trial failed or stayed void, for which the record holds the reason.
 * @throws Interrupted
 */
export async function runTrial<Found>(
  context: TrialContext,
  planned: AnyTrial,
  clients: number,
  body: (trial: Trial) => Promise<TrialResult<Found>>,
): Promise<Found | undefined> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const id = tries === 1 ? planned.id : `${planned.id}/again`;
    const result = await oneTrial(context, { ...planned, id }, clients, body);
    if (result !== 'void') return result?.found;
  }
  return undefined;
}

async function oneTrial<Found>(
  context: TrialContext,
  planned: AnyTrial,
  clients: number,
  body: (trial: Trial) => Promise<TrialResult<Found>>,
): Promise<TrialResult<Found> | 'void' | undefined> {
  const { record } = context;
  const { id: trial, phase, contender, search } = planned;
  const searchField = search === undefined ? {} : { search };
  record.append({ type: 'trial', trial, phase, contender, ...searchField, ...now() });
  try {
    const ledger = new Ledger(context.config);
    const result = await withServerAndFleet(context, planned, clients, ledger, body);
    const checks = ledger.audit();
    const broken = checks.filter((check) => !check.isMet);
    for (const check of broken) recordWarning(context, `${trial} is void: ${objection(check)}`);
    const outcome = broken.length === 0 ? 'complete' : 'void';
    record.append({
      type: 'trialEnd',
      trial,
      outcome,
      audit: checks,
      ...(result.stop !== undefined && { stop: result.stop }),
    });
    return outcome === 'void' ? 'void' : result;
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof BenchError)) throw error;
    // A process on another machine may have ended because the connection is lost, and then no further trial can run.
    await context.probe?.();
    if (context.signal.aborted) throw new Interrupted();
    // Otherwise only this trial has failed, and the run continues.
    recordWarning(context, `${trial}: ${error.message}`);
    record.append({ type: 'trialEnd', trial, outcome: 'failed', code: error.code, message: error.message });
    return undefined;
  }
}

/** Server and fleet have ended when this resolves, because the audit needs their last counts. */
async function withServerAndFleet<Found>(
  context: TrialContext,
  planned: AnyTrial,
  clients: number,
  ledger: Ledger,
  body: (trial: Trial) => Promise<TrialResult<Found>>,
): Promise<TrialResult<Found>> {
  await using serverAndFleet = await startServerAndFleet(context, planned, clients);
  ledger.attach(serverAndFleet);
  return await body(createTrial(context, planned, serverAndFleet, ledger));
}

function createTrial(
  context: TrialContext,
  planned: AnyTrial,
  { server, fleet, timeline }: ServerAndFleet,
  ledger: Ledger,
): Trial {
  return {
    context,
    planned,
    server,
    fleet,
    timeline,
    warn: (message) => recordWarning(context, `${planned.id}: ${message}`),
    mark: (name) => context.record.append({ type: 'mark', trial: planned.id, name, ...now() }),
    async connect(clients, withinMilliseconds) {
      const { connectPerSecond } = context.config.ramp;
      return ledger.connected(await fleet.connect(clients, connectPerSecond, withinMilliseconds));
    },
    arrive: async (...order) => ledger.arrived(await fleet.arrive(...order)),
    claim: (window, clientsRequested, sending) => ledger.claim(window, clientsRequested, sending),
    async claimed(what, measure) {
      const startedAt = monotonicMilliseconds();
      const found = await measure();
      ledger.claimSpan({ what, startedAt, endedAt: monotonicMilliseconds() });
      return found;
    },
    async hold(milliseconds) {
      const end = performance.now() + milliseconds;
      for (let left = milliseconds; left > 0; left = end - performance.now()) {
        await pause(Math.min(250, left), context.signal);
        const ended = server.ended();
        if (ended === undefined) continue;
        const how = ended.signal ?? `exit code ${ended.exitCode}`;
        throw new BenchError('PROCESS_FAILED', `the server ended (${how}): ${ended.lastWords.join('\n')}`);
      }
    },
    async window(name, milliseconds) {
      const before = await nextCounters(server);
      const startedAt = monotonicMilliseconds();
      fleet.measure(name);
      let after = before;
      while (before !== undefined && after !== undefined && !spans(before, after, milliseconds)) {
        after = await nextCounters(server);
      }
      const windows = await fleet.report();
      return { before, after, fleet: windows, startedAt, endedAt: monotonicMilliseconds() };
    },
  };
}

/** @throws Interrupted */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Interrupted();
  }
}

function now(): { monotonicMilliseconds: number } {
  return { monotonicMilliseconds: monotonicMilliseconds() };
}
