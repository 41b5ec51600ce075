import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildOnce } from '../../build/phase.ts';
import { httpsTrial } from '../../phases/https.ts';
import { memoryTrial } from '../../phases/memory.ts';
import { type Attempt, attempt } from '../../phases/search/attempt.ts';
import type { Config } from '../../plan/config.ts';
import type { PlannedTrial } from '../../plan/plan.ts';
import type { Task } from '../../progress/progress.ts';
import { ofType, trialEntries } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import type { Entry } from '../../record/record.ts';
import type { Observation } from '../../record/step.ts';
import { buildOnceMilliseconds, expectedMilliseconds, stepMilliseconds } from '../../run/expect.ts';
import { executeRun, type RunOptions } from '../../run/run.ts';
import { asTask, buildTask, taskOf } from '../../run/tasks.ts';
import { medianOf } from '../../stats/figure.ts';
import { conditionsOf } from '../../summary/conditions.ts';
import { figures } from '../../summary/figures/figures.ts';
import { cutMemoryTrial } from '../../summary/figures/memory-trial.ts';
import { fixed } from '../../text/format.ts';
import type { Run } from '../../trial/context.ts';
import { runTrial, type Trial, type TrialResult } from '../../trial/trial.ts';

/** One promise about the suite's own cost, and the value found. */
export interface SelfCheck {
  name: string;
  found: number | undefined;
  target: string;
  isMet: boolean;
}

const messagesPerSecond = 5_000;
const silentClients = 19_000;
const mostStepMilliseconds = 120_000;
const sendingHoldMilliseconds = 10_000;
/** Pause before silent clients connect, to measure the server's memory without them. */
const idleMilliseconds = 3_000;
const watchedPairs = 4;
const [watched, unwatched] = ['self-watched', 'self-unwatched'];
/** A sampling interval longer than any trial. */
const neverMilliseconds = 3_600_000;
const trials = {
  sending: { id: 'self-sending', number: 1, phase: 'sending', contender: 'async' },
  silent: { id: 'self-silent', number: 1, phase: 'connected', contender: 'async' },
  blocking: { id: 'self-blocking', number: 1, phase: 'memory', contender: 'blocking' },
} as const satisfies Record<string, PlannedTrial>;

/** Measures whether the suite costs little enough to measure others. All ratios come from one run on one machine. */
export async function self(options: RunOptions): Promise<{ checks: SelfCheck[]; directory: string }> {
  const baselines: number[] = [];
  options.progress.plan(selfTasks(options.config));
  const directory = await executeRun(options, {
    build: (context) => asTask(context, buildTask, buildOnce),
    async measure(run) {
      baselines.push(await parseBaseline(run.config));
      await asTask(run, trials.sending.id, manySending);
      baselines.push(await parseBaseline(run.config));
      await asTask(run, trials.silent.id, manySilent);
      const { clients } = run.config.memory;
      await asTask(run, trials.blocking.id, (watched) => runTrial(watched, trials.blocking, clients, memoryTrial));
      for (const { trial, sampleMilliseconds } of requestTrials(run.config)) {
        await asTask(run, trial.id, ({ config, ...others }) =>
          runTrial({ ...others, config: { ...config, sampleMilliseconds } }, trial, 1, httpsTrial),
        );
      }
    },
  });
  return { checks: judgeSelf(await readRecord(directory), medianOf(baselines)), directory };
}

function manySending(run: Run): Promise<unknown> {
  const sending = withRamp(run, { clients: messagesPerSecond, sendingHoldMilliseconds });
  return runTrial(sending, trials.sending, messagesPerSecond, (trial) => oneStep(trial, messagesPerSecond, true));
}

function manySilent(run: Run): Promise<unknown> {
  return runTrial(withRamp(run, { clients: silentClients }), trials.silent, silentClients, async (trial) => {
    await trial.hold(idleMilliseconds);
    return oneStep(trial, silentClients, false);
  });
}

/** Alternates the same load on a sampled and an unsampled server, to measure the cost of sampling. */
function requestTrials(config: Config): { trial: PlannedTrial; sampleMilliseconds: number }[] {
  const both = [
    { name: watched, sampleMilliseconds: config.sampleMilliseconds },
    { name: unwatched, sampleMilliseconds: neverMilliseconds },
  ];
  return Array.from({ length: watchedPairs }, (_, index) => index + 1).flatMap((number) =>
    (number % 2 === 1 ? both : both.toReversed()).map(({ name, sampleMilliseconds }) => ({
      trial: { id: `${name}-${number}`, number, phase: 'https', contender: 'async' },
      sampleMilliseconds,
    })),
  );
}

function selfTasks(config: Config): Task[] {
  const silentMilliseconds = idleMilliseconds + config.ramp.silentHoldMilliseconds;
  const { sending, silent, blocking } = trials;
  return [
    taskOf(buildTask, buildOnceMilliseconds(config)),
    {
      ...taskOf(sending.id, stepMilliseconds(messagesPerSecond, sendingHoldMilliseconds)),
      title: `${messagesPerSecond} messages a second, async`,
    },
    {
      ...taskOf(silent.id, stepMilliseconds(silentClients, silentMilliseconds)),
      title: `${silentClients} clients, async`,
    },
    {
      ...taskOf(blocking.id, expectedMilliseconds(config, 'memory')),
      title: `${config.memory.clients} sending clients, blocking`,
    },
    ...requestTrials(config).map(({ trial: { id, number }, sampleMilliseconds }) => ({
      ...taskOf(id, expectedMilliseconds(config, 'https')),
      title: `requests, ${sampleMilliseconds === neverMilliseconds ? 'not watched' : 'watched'}, ${number} of ${watchedPairs}`,
      kind: 'requests',
    })),
  ];
}

async function oneStep(trial: Trial, clients: number, sending: boolean): Promise<TrialResult<Attempt>> {
  const found = await attempt(trial, [clients], sending, performance.now() + mostStepMilliseconds);
  return { found, stop: found.stop };
}

function withRamp(run: Run, ramp: Partial<Config['ramp']>): Run {
  return { ...run, config: { ...run.config, ramp: { ...run.config.ramp, ...ramp } } };
}

/** CPU microseconds of JSON.parse and schema for one message, in a process of its own. */
async function parseBaseline(config: Config): Promise<number> {
  const script = join(import.meta.dirname, 'parse-baseline.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(config.messageBytes)]);
  return Number(stdout);
}

/** Judges the promises from the record of such a run and the CPU microseconds of parsing alone. Pure. */
export function judgeSelf(entries: Entry[], parseMicroseconds: number | undefined): SelfCheck[] {
  const sending = lastObservation(entries, trials.sending.id);
  const silent = lastObservation(entries, trials.silent.id);
  const blocking = cutMemoryTrial(trialEntries(entries, trials.blocking.id));
  const server = sending?.serverCpuMicrosecondsPerMessage;
  return [
    atMost(
      'fleet CPU per message / async server CPU per message',
      ratio(sending?.fleetCpuMicrosecondsPerMessage, server),
      1 / 3,
    ),
    atMost('async server CPU per message / JSON.parse and schema alone', ratio(server, parseMicroseconds), 2.2),
    atLeast('silent clients of the async server', silent?.clientsOpen, silentClients),
    atMost('kB of the async server per silent client', silentKilobytes(entries, silent), 55),
    atMost(
      'MB of the blocking server per sending client',
      ratio(figures.rssBytesPerClient.take(blocking), 1_000_000),
      12,
    ),
    atMost('share of a core that watching takes', conditionsOf(entries).agentCpuShare, 0.01),
    atLeast(
      'requests per second, watched / not watched',
      ratio(requests(entries, watched), requests(entries, unwatched)),
      0.95,
    ),
    atLeast('new TLS websocket clients per second', connectionRate(trialEntries(entries, trials.silent.id)), 800),
  ];
}

/** Median of requests a second over the trials of this name, over kept connections. */
function requests(entries: Entry[], name: string): number | undefined {
  const rates = ofType(entries, 'https').filter(({ trial, rate }) => trial.startsWith(`${name}-`) && !rate.reconnect);
  return medianOf(rates.map(({ rate }) => rate.answeredPerSecond));
}

function lastObservation(entries: Entry[], trial: string): Observation | undefined {
  return ofType(trialEntries(entries, trial), 'step').at(-1)?.step.observation;
}

/** Growth of the resident set from before the first client to the end of the step, in kB per client. */
function silentKilobytes(entries: Entry[], silent: Observation | undefined): number | undefined {
  const lines = ofType(trialEntries(entries, trials.silent.id), 'server').map((entry) => entry.line);
  const untouched = lines.findLast(
    (line) => line.type === 'server' && line.line.type === 'counters' && line.line.counters.accepted === 0,
  );
  if (untouched?.type !== 'server' || silent?.serverRssBytes === undefined || silent.clientsOpen === 0)
    return undefined;
  const idle = lines.findLast(
    (line) => line.type === 'sample' && line.monotonicMilliseconds < untouched.monotonicMilliseconds,
  );
  if (idle?.type !== 'sample') return undefined;
  return (silent.serverRssBytes - idle.process.rssBytes) / silent.clientsOpen / 1_000;
}

function ratio(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined ? undefined : value / by;
}

function atMost(name: string, found: number | undefined, limit: number): SelfCheck {
  return { name, found, target: `≤ ${Number(fixed(limit, 2))}`, isMet: found !== undefined && found <= limit };
}

function atLeast(name: string, found: number | undefined, limit: number): SelfCheck {
  return { name, found, target: `≥ ${limit}`, isMet: found !== undefined && found >= limit };
}

/** Connections opened a second over all steps of a ramp, without the time of holds. */
function connectionRate(trial: Entry[]): number | undefined {
  const steps = ofType(trial, 'step').map(({ step }) => step.observation);
  const opened = steps.reduce((sum, step) => sum + step.connectionsOpened, 0);
  const milliseconds = steps.reduce((sum, step) => sum + step.connectMilliseconds, 0);
  return opened === 0 || milliseconds === 0 ? undefined : (opened / milliseconds) * 1_000;
}
