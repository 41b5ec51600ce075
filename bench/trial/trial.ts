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

/** A fresh server and a fresh fleet, everything they say going into the record. */
export interface Trial {
  context: TrialContext;
  planned: AnyTrial;
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
  /** What was measured in this window is to stand in the table: the audit looks at it. */
  claim(window: Window, clientsRequested: number, sending: boolean): void;
  /** Runs what is measured otherwise, and is to stand in the table too. @param what it is: "20 arrivals a second". */
  claimed<Found>(what: string, measure: () => Promise<Found>): Promise<Found>;
}

export interface Window {
  before: CountersLine | undefined;
  after: CountersLine | undefined;
  fleet: FleetWindow[];
  /** Of the harness's clock. */
  startedAt: number;
  endedAt: number;
}

/** What a trial found, for whoever ran it, and why it stopped, for the record. */
export interface TrialResult<Found> {
  found: Found;
  stop?: Verdict;
}

/** One that could not be believed is made once more. */
const mostTries = 2;

/**
 * Runs `body` with a server and a fleet of up to `clients`, ends both whatever happens, and has what was measured
 * audited. A trial that does not pass is void, and made again.
 *
 * @returns what was found; undefined when the trial broke off or stayed void: the record then says why.
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
    // What ran on another machine may be gone because the way there is, and then there is no other trial either.
    await context.probe?.();
    if (context.signal.aborted) throw new Interrupted();
    // One trial that fails does not take the others with it.
    recordWarning(context, `${trial}: ${error.message}`);
    record.append({ type: 'trialEnd', trial, outcome: 'failed', code: error.code, message: error.message });
    return undefined;
  }
}

/** When it has come to its end, so have server and fleet: their last words are what the audit begins with. */
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
