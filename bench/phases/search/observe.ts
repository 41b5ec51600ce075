import type { FleetConnected, FleetWindow } from '../../../clients/contract.ts';
import type { CountersLine } from '../../../servers/contract/lines.ts';
import { busiestShare, sentPerSecond } from '../../host/fleet-figures.ts';
import { placeOf } from '../../host/fleet-place.ts';
import { mergeQuantiles } from '../../stats/histogram.ts';
import type { TrialContext } from '../../trial/context.ts';
import type { Trial } from '../../trial/trial.ts';

/** Holds the connected clients for a window. @returns the window, and the figures seen in it. */
export async function observe(trial: Trial, clients: number, sending: boolean) {
  const { ramp } = trial.context.config;
  const hold = sending ? ramp.sendingHoldMilliseconds : ramp.silentHoldMilliseconds;
  const window = await trial.window(String(clients), hold);
  const { before, after, fleet: windows } = window;
  const seen = {
    sending,
    clientsRequested: clients,
    clientsOpen: sum(windows, (window) => window.open),
    clientsLost: sum(windows, (window) => window.lost),
    ...messageFigures(windows, before, after, sending ? trial.context.config.intervalMilliseconds : undefined),
    ...(sending && ceilingShare(windows, trial.context)),
    ...(sending && latencyFigures(windows)),
    fleetBusyShare: busiestShare(windows),
    serverReported: before !== undefined && after !== undefined,
    ...agentFigures(trial),
  };
  return { window, seen };
}

/**
 * Figures of a step's connections, and the clients lost since the step before, which new connections replaced.
 *
 * @param openBefore clients open at the end of the step before
 */
export function openingFigures(connected: FleetConnected[], openBefore: number) {
  const connectFailures: Record<string, number> = {};
  for (const line of connected) {
    for (const [kind, number] of Object.entries(line.failures)) {
      connectFailures[kind] = (connectFailures[kind] ?? 0) + (number ?? 0);
    }
  }
  const latency = mergeQuantiles(connected.map((line) => line.connectMicroseconds));
  const connectionsOpened = latency?.count ?? 0;
  return {
    lostBefore: Math.max(0, openBefore + connectionsOpened - sum(connected, (line) => line.open)),
    connectFailures,
    connectionsOpened,
    connectMilliseconds: Math.max(...connected.map((line) => line.durationMilliseconds)),
    ...(latency !== undefined && { connectP99Milliseconds: latency.p99Milliseconds }),
  };
}

/**
 * Due messages are counted over the server's window, from line to line of its counters, because the fleet's window
 * begins and ends some milliseconds later. With regular intervals they are the open clients times the intervals.
 */
function messageFigures(
  windows: FleetWindow[],
  before: CountersLine | undefined,
  after: CountersLine | undefined,
  intervalMilliseconds: number | undefined,
) {
  const holdMilliseconds = Math.max(...windows.map((window) => window.durationMilliseconds));
  const figures = {
    holdMilliseconds,
    messagesScheduled: sum(windows, (window) => window.scheduled),
    messagesSent: sum(windows, (window) => window.sent),
  };
  const fleetCpu = sum(windows, (window) => window.cpuUserMicroseconds + window.cpuSystemMicroseconds);
  // Without counters nothing proves that the server parsed a message.
  if (before === undefined || after === undefined) {
    return { ...figures, messagesDue: figures.messagesScheduled, messagesParsed: 0 };
  }
  const parsed = after.counters.messages - before.counters.messages;
  const serverMilliseconds = after.monotonicMilliseconds - before.monotonicMilliseconds;
  return {
    ...figures,
    ...(figures.messagesSent > 0 && { fleetCpuMicrosecondsPerMessage: fleetCpu / figures.messagesSent }),
    messagesDue:
      intervalMilliseconds === undefined
        ? 0
        : (sum(windows, (window) => window.open) * serverMilliseconds) / intervalMilliseconds,
    messagesParsed: parsed,
    ...(parsed > 0 && { serverCpuMicrosecondsPerMessage: (cpuMicroseconds(after) - cpuMicroseconds(before)) / parsed }),
  };
}

/** Share of the fleet ceiling, over processes on this machine: the ceiling of another machine's is not measured. */
function ceilingShare(
  windows: FleetWindow[],
  { fleetCeiling, places }: Pick<TrialContext, 'fleetCeiling' | 'places'>,
): { fleetCeilingShare?: number } {
  if (fleetCeiling === undefined) return {};
  const here = windows.filter((_, process) => placeOf(places, process).isHere);
  return { fleetCeilingShare: sentPerSecond(here) / (fleetCeiling * here.length) };
}

function latencyFigures(windows: FleetWindow[]) {
  const corrected = mergeQuantiles(windows.map((window) => window.correctedMicroseconds));
  const uncorrected = mergeQuantiles(windows.map((window) => window.uncorrectedMicroseconds));
  const lateness = mergeQuantiles(windows.map((window) => window.latenessMicroseconds));
  return {
    ...(corrected !== undefined && {
      correctedP50Milliseconds: corrected.p50Milliseconds,
      correctedP99Milliseconds: corrected.p99Milliseconds,
      correctedMaxMilliseconds: corrected.maxMilliseconds,
    }),
    ...(uncorrected !== undefined && { uncorrectedP99Milliseconds: uncorrected.p99Milliseconds }),
    ...(lateness !== undefined && { latenessP99Milliseconds: lateness.p99Milliseconds }),
  };
}

function agentFigures(trial: Trial): { serverRssBytes?: number; machineBusyShare?: number } {
  const sample = trial.server.sample();
  if (sample === undefined) return {};
  return {
    serverRssBytes: sample.process.rssBytes,
    ...(trial.context.host.isSameMachine && { machineBusyShare: sample.machine.cpuBusyShare }),
  };
}

function cpuMicroseconds(line: CountersLine): number {
  return line.cpuUserMicroseconds + line.cpuSystemMicroseconds;
}

function sum<Item>(items: Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
