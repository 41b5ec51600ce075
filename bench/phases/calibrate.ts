import { setTimeout as sleep } from 'node:timers/promises';
import { busiestShare, sentPerSecond } from '../host/fleet-figures.ts';
import { fleetHere } from '../host/fleet-place.ts';
import type { Config } from '../plan/config.ts';
import { nullServer } from '../plan/servers.ts';
import type { Calibration } from '../record/calibration.ts';
import { mergeQuantiles } from '../stats/histogram.ts';
import { fixed, wholePercent } from '../text/format.ts';
import { recordWarning, type TrialContext } from '../trial/context.ts';
import { runTrial, type Trial, type TrialResult, type Window } from '../trial/trial.ts';
import { judgeStall, risingClients, stallToSee } from './judge-stall.ts';

/**
 * Calibrates the fleet as an instrument: how many messages a second one process can send to a server that only discards
 * them, and whether the latencies show a server that stands still. Records both, and warns when the stall is not seen.
 */
export async function calibrate(run: TrialContext): Promise<Calibration> {
  // The ceiling is that of a process on this machine, so fleet processes on other machines take no part.
  const context = { ...run, places: [fleetHere] };
  const fleet = await fleetCeiling(context);
  const stall = await seenStall(context);
  const calibration: Calibration = {
    fleet: fleet ?? { absent: 'the trial with the discarding server failed' },
    stall: stall ?? { absent: 'the trial with the stalled server failed' },
  };
  context.record.append({ type: 'calibration', ...calibration });
  if (stall !== undefined && 'isMet' in stall && !stall.isMet) {
    recordWarning(
      context,
      `a server that stood still for ${stall.stallMilliseconds} ms showed a maximum latency of ${Math.round(stall.correctedMaxMilliseconds)} ms and a median of ${Math.round(stall.uncorrectedP50Milliseconds)} ms: do not trust the latencies of this run`,
    );
  }
  return calibration;
}

async function fleetCeiling(context: TrialContext): Promise<Calibration['fleet'] | undefined> {
  const { config } = context;
  const { intervalMilliseconds, firstClients, growth, mostClients } = config.calibration;
  const numbers = risingClients(firstClients, growth, mostClients);
  const clients = numbers.at(-1) ?? firstClients;
  const alone = {
    ...context,
    config: {
      ...config,
      intervalMilliseconds,
      reportMilliseconds: intervalMilliseconds,
      // No pings, because the null server answers none; all clients in one process, because this is its ceiling.
      fleet: { ...config.fleet, pingsPerSecond: 0, clientsPerProcess: clients },
    },
  };
  return await runTrial(
    alone,
    { id: 'calibration-fleet', number: 0, phase: 'calibration', contender: nullServer },
    clients,
    (trial) => sendMore(trial, numbers, config.criteria.latenessShare * config.intervalMilliseconds),
  );
}

/**
 * Adds clients until the fleet cannot keep up or all numbers are tried.
 *
 * @param lateMilliseconds allowed lateness of messages (p99), which depends on the message interval of the run.
 */
async function sendMore(
  trial: Trial,
  numbers: number[],
  lateMilliseconds: number,
): Promise<TrialResult<Calibration['fleet']>> {
  const { config, progress } = trial.context;
  let messagesPerSecond = 0;
  for (const clients of numbers) {
    // Clients do not send while others connect, because connecting under load is not what this measures.
    trial.fleet.send(false);
    await trial.connect(clients, config.ramp.limitMilliseconds);
    trial.fleet.send(true);
    await trial.hold(2 * config.intervalMilliseconds);
    const window = await trial.window(String(clients), config.calibration.stepMilliseconds);
    const { perSecond, limitedBy } = sendingOf(window, config.criteria, lateMilliseconds);
    progress.phase(`  fleet: ${Math.round(perSecond)} messages/s to a server that discards: ${limitedBy ?? 'kept up'}`);
    if (limitedBy !== undefined) {
      return { found: messagesPerSecond === 0 ? { absent: limitedBy } : { messagesPerSecond, limitedBy } };
    }
    messagesPerSecond = perSecond;
  }
  return { found: { messagesPerSecond } };
}

function sendingOf(
  { fleet }: Window,
  criteria: Config['criteria'],
  lateMilliseconds: number,
): { perSecond: number; limitedBy?: string } {
  const sent = fleet.reduce((sum, part) => sum + part.sent, 0);
  const scheduled = fleet.reduce((sum, part) => sum + part.scheduled, 0);
  const perSecond = sentPerSecond(fleet);
  const late = mergeQuantiles(fleet.map((part) => part.latenessMicroseconds))?.p99Milliseconds ?? 0;
  const busy = busiestShare(fleet);
  if (sent < criteria.parsedShare * scheduled) {
    return { perSecond, limitedBy: `the server did not take ${scheduled - sent} of ${scheduled} messages` };
  }
  if (late > lateMilliseconds) return { perSecond, limitedBy: `late by ${fixed(late, 1)} ms (p99)` };
  if (busy > criteria.fleetBusyShare) return { perSecond, limitedBy: `its loop was busy ${wholePercent(busy)}` };
  return { perSecond };
}

async function seenStall(context: TrialContext): Promise<Calibration['stall'] | undefined> {
  const { config } = context;
  const [contender] = config.contenders;
  if (contender === undefined) return undefined;
  const { clients } = config.memory;
  return await runTrial(
    context,
    { id: 'calibration-stall', number: 0, phase: 'calibration', contender },
    clients,
    async (trial) => {
      await trial.connect(clients, config.ramp.limitMilliseconds);
      trial.fleet.send(true);
      await trial.hold(config.memory.warmUpMilliseconds);
      return { found: await stallInWindow(trial) };
    },
  );
}

async function stallInWindow(trial: Trial): Promise<Calibration['stall']> {
  const { calibration, intervalMilliseconds, memory } = trial.context.config;
  const { seenStallMilliseconds } = calibration;
  const stallMilliseconds = stallToSee(seenStallMilliseconds, memory.clients, intervalMilliseconds);
  // In a window this long most messages meet a server that works, so the median does not show the stall.
  const milliseconds = Math.max(calibration.stallWindowMilliseconds, 3 * stallMilliseconds, 3 * intervalMilliseconds);
  const window = trial.window('stall', milliseconds);
  const stalling = sleep(milliseconds / 4).then(() => trial.server.stall(stallMilliseconds));
  const [{ fleet }] = await Promise.all([window, stalling]);
  const corrected = mergeQuantiles(fleet.map((part) => part.correctedMicroseconds));
  const uncorrected = mergeQuantiles(fleet.map((part) => part.uncorrectedMicroseconds));
  if (corrected === undefined || uncorrected === undefined) return { absent: 'no message was answered' };
  return judgeStall(stallMilliseconds, seenStallMilliseconds, corrected.maxMilliseconds, uncorrected.p50Milliseconds);
}
