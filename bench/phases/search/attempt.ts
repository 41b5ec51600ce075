import type { FleetConnected } from '../../../clients/contract.ts';
import { monotonicMilliseconds } from '../../../servers/contract/gauges.ts';
import { firstCeiling } from '../../ceilings/preflight.ts';
import { decide } from '../../diagnosis/diagnose.ts';
import { BenchError } from '../../errors.ts';
import { settleIntervals } from '../../plan/config.ts';
import { contenderOf } from '../../plan/contenders.ts';
import type { Step } from '../../record/step.ts';
import type { Verdict } from '../../record/verdict.ts';
import { short } from '../../text/format.ts';
import { judge } from '../../trial/judge.ts';
import type { Trial } from '../../trial/trial.ts';
import { observe, openingFigures } from './observe.ts';

/** The result of a ramp on one server. */
export interface Attempt {
  /** The highest number of clients that the server held; 0 when it held none. */
  passed: number;
  /** The number of clients of the step that did not pass; absent when all passed. */
  failed?: number;
  stop: Verdict;
}

/**
 * Raises the clients of one server in steps. Clients stay connected; each step is held and judged, and the first that
 * does not pass ends the attempt. With `sending`, every client sends one message per interval as soon as it is
 * connected.
 *
 * @param deadline of the whole search, by `performance.now()`
 */
export async function attempt(
  trial: Trial,
  numbers: readonly number[],
  sending: boolean,
  deadline: number,
): Promise<Attempt> {
  trial.fleet.send(sending);
  let passed = 0;
  let step: Step | undefined;
  let connectingAt = monotonicMilliseconds();
  for (const clients of numbers) {
    connectingAt = monotonicMilliseconds();
    const left = deadline - performance.now();
    const connected = left > 0 ? await connect(trial, clients, left) : 'time limit';
    if (typeof connected === 'string') {
      const timeIsUpAt = connected === 'time limit' ? monotonicMilliseconds() : undefined;
      return { passed, failed: clients, stop: await diagnose(trial, { step, connectingAt, timeIsUpAt }) };
    }
    const openBefore = step?.observation.clientsOpen ?? 0;
    const holdingAt = monotonicMilliseconds();
    step = await holdAndJudge(trial, clients, sending, openingFigures(connected, openBefore));
    if (step.verdict !== 'passed') {
      return { passed, failed: clients, stop: await diagnose(trial, { step, connectingAt, holdingAt }) };
    }
    passed = clients;
  }
  return { passed, stop: await diagnose(trial, { step, connectingAt }) };
}

interface Stop {
  step: Step | undefined;
  connectingAt: number;
  holdingAt?: number;
  timeIsUpAt?: number | undefined;
}

/** Time-out for the next sample, or the end, of a server that may have ended. */
const lastLineMilliseconds = 3_000;

async function diagnose(trial: Trial, { step, connectingAt, holdingAt, timeIsUpAt }: Stop): Promise<Verdict> {
  // The fleet may notice an end before the agent's next line reports it.
  if (step?.verdict !== 'passed' || timeIsUpAt !== undefined) await awaitLastLine(trial);
  const { config, limits, predicted } = trial.context;
  const { contender, phase } = trial.planned;
  const { server } = contenderOf(contender);
  const ownPreflight = predicted.find((one) => one.contender === server && one.sending === (phase === 'sending'));
  return decide({
    config,
    limits: limits.server,
    timeline: trial.timeline,
    step,
    connectingAt,
    holdingAt,
    timeIsUpAt,
    now: monotonicMilliseconds(),
    predicted: ownPreflight && firstCeiling(ownPreflight),
  });
}

async function awaitLastLine(trial: Trial): Promise<void> {
  if (trial.server.ended() !== undefined) return;
  try {
    await trial.server.next('sample', lastLineMilliseconds, (line) =>
      line.type === 'sample' || line.type === 'end' ? true : undefined,
    );
  } catch (error) {
    // A silent agent has no further evidence; the diagnosis uses what there is.
    if (!(error instanceof BenchError)) throw error;
  }
}

/** When only its messages fail a step, two of up to three holds decide, because other programs may disturb one. */
const decidingHolds = 2;

/**
 * Holds and judges a step. Repeats the hold while it is void, because a void hold says nothing about the server, and
 * when only its messages failed it. Records every hold.
 */
async function holdAndJudge(
  trial: Trial,
  clients: number,
  sending: boolean,
  { lostBefore, ...opening }: ReturnType<typeof openingFigures>,
): Promise<Step> {
  const { config, record, progress } = trial.context;
  const holds = { passed: 0, failed: 0, void: 0 };
  for (let hold = 0; ; hold += 1) {
    if (sending) await settle(trial);
    // Opened connections count only in the first hold; failed ones count in each, as the reason of its verdict.
    const opened = hold === 0 ? opening : { ...opening, connectionsOpened: 0, connectMilliseconds: 0 };
    const { window, seen } = await observe(trial, clients, sending);
    const step = judge({ ...opened, ...seen, clientsLost: seen.clientsLost + lostBefore }, config);
    if (step.verdict === 'passed') trial.claim(window, clients, sending);
    record.append({ type: 'step', trial: trial.planned.id, step });
    progress.phase(`  ${trial.planned.contender}: ${describeStep(step)}`);
    holds[step.verdict] += 1;
    if (isDecided(step, holds, config.ramp.voidRetries)) return step;
  }
}

function isDecided({ verdict, symptoms }: Step, holds: Record<Step['verdict'], number>, voidRetries: number): boolean {
  if (verdict === 'void') return holds.void > voidRetries;
  if (verdict === 'passed') return holds.failed === 0 || holds.passed === decidingHolds;
  return holds.failed === decidingHolds || symptoms.some((symptom) => symptom !== 'messages');
}

/**
 * Waits until the server has worked off the messages that piled up while clients connected, because a handshake costs
 * several times as much as a message.
 */
async function settle(trial: Trial): Promise<void> {
  try {
    await trial.hold(settleIntervals * trial.context.config.intervalMilliseconds);
  } catch (error) {
    // If the server has ended, the following window notices it.
    if (!(error instanceof BenchError)) throw error;
  }
}

/** Brings the fleet to `clients` clients, unless the time runs out or the server ends first. */
async function connect(
  trial: Trial,
  clients: number,
  withinMilliseconds: number,
): Promise<FleetConnected[] | 'time limit' | 'server ended'> {
  if (trial.server.ended() !== undefined) return 'server ended';
  const ended = trial.server.next('end', withinMilliseconds + 60_000, (line) =>
    line.type === 'end' ? ('server ended' as const) : undefined,
  );
  try {
    return await Promise.race([trial.connect(clients, withinMilliseconds), ended]);
  } catch (error) {
    if (error instanceof BenchError && error.code === 'PROCESS_SILENT') return 'time limit';
    throw error;
  }
}

function describeStep({ observation, verdict, reasons }: Step): string {
  const what = `${observation.clientsOpen} of ${observation.clientsRequested} clients`;
  const latency = observation.correctedP99Milliseconds;
  const p99 = latency === undefined ? '' : `, p99 ${short(latency)} ms`;
  return `${what}${p99}: ${[verdict, ...reasons].join(', ')}`;
}
