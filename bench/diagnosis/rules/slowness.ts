import type { AgentSample } from '../../../servers/contract/agent.ts';
import type { Timed } from '../../host/timeline.ts';
import { wholePercent } from '../../text/format.ts';
import { throttlingNow } from '../../text/throttling.ts';
import { clientsOpen, firstSample, from, inHold } from '../evidence.ts';
import { type CauseRule, type Evidence, type Sign, saturated } from '../rule.ts';

/** What makes a server slow or silent. */
export const slownessRules: readonly CauseRule[] = [
  { cause: 'network card', explains: ['messages', 'time'], find: networkCard },
  { cause: 'throttled', explains: ['messages', 'time'], find: throttled },
  { cause: 'server hung', explains: ['connections', 'reports', 'messages', 'time'], find: serverHung },
  { cause: 'event loop saturated', explains: ['connections', 'reports', 'messages', 'time'], find: eventLoopStuck },
  { cause: 'event loop saturated', explains: ['messages'], find: eventLoopSaturated },
  // A server that gets a core too seldom does not get to its timers either: it does not report.
  { cause: 'CPU saturated', explains: ['reports', 'messages'], find: cpuSaturated },
  { cause: 'time limit', explains: ['time'], find: timeLimit },
];

/** A full link shows this share of its bits as bytes in /proc/net/dev, after framing and the blur of sampling. */
const lineRate = 0.9;
/** A server without a report for this long hangs. */
const hungMilliseconds = 5_000;
/** A server that uses this share of one core is at work. It is less than all, because other processes want the core too. */
const atWork = 0.5;

function throttled(evidence: Evidence): Sign | undefined {
  // Only bits 0 to 3 describe this moment. The others hold since boot.
  const now = firstSample(evidence, ({ machine }) => throttlingNow(machine.throttleBits ?? 0).length > 0);
  const bits = now?.value.machine.throttleBits ?? 0;
  return (
    now && {
      atMilliseconds: now.atMilliseconds,
      detail: `the board was slowed down: ${throttlingNow(bits).join(', ')}`,
      numbers: { throttleBits: `0x${bits.toString(16)}` },
    }
  );
}

function serverHung(evidence: Evidence): Sign | undefined {
  const silence = silenceOf(evidence);
  if (silence === undefined || silence.ofOneCore >= atWork) return undefined;
  return {
    atMilliseconds: silence.noticedAt,
    detail: `it was running and had said nothing for ${Math.round(silence.milliseconds / 1_000)} s`,
    numbers: { silentMilliseconds: Math.round(silence.milliseconds) },
  };
}

/**
 * Finds a server that is silent because its loop does not reach its timers: when it is far behind thousands of clients, it
 * reads all that the kernel holds for them in one turn.
 */
function eventLoopStuck(evidence: Evidence): Sign | undefined {
  const silence = silenceOf(evidence);
  if (silence === undefined || silence.ofOneCore < atWork) return undefined;
  return {
    atMilliseconds: silence.noticedAt,
    detail: `the server's loop had not come round for ${Math.round(silence.milliseconds / 1_000)} s, and took ${wholePercent(silence.ofOneCore)} of a core`,
    numbers: { silentMilliseconds: Math.round(silence.milliseconds), cpuShareOfOneCore: silence.ofOneCore },
  };
}

/** How long a running server has not reported, when that is too long, and its share of a core meanwhile. */
function silenceOf({ timeline, connectingAt, config, now }: Evidence) {
  const last = timeline.counters.at(-1)?.atMilliseconds ?? connectingAt;
  const noticedAt = last + Math.max(hungMilliseconds, 3 * config.reportMilliseconds);
  if (timeline.end !== undefined || noticedAt > now) return undefined;
  const samples = from(last, timeline.samples);
  const [first, newest] = [samples[0], samples.at(-1)];
  const elapsed = (newest?.value.monotonicMilliseconds ?? 0) - (first?.value.monotonicMilliseconds ?? 0);
  const ofOneCore =
    first === undefined || newest === undefined || elapsed <= 0
      ? 0
      : (cpuMilliseconds(newest) - cpuMilliseconds(first)) / elapsed;
  return { noticedAt, milliseconds: now - last, ofOneCore };
}

function eventLoopSaturated(evidence: Evidence): Sign | undefined {
  const busy = inHold(evidence, evidence.timeline.counters).find(
    ({ atMilliseconds, value }) =>
      value.eventLoopUtilisation >= saturated && !wereAllCoresBusy(evidence, atMilliseconds),
  );
  return (
    busy && {
      atMilliseconds: busy.atMilliseconds,
      detail: `the server's loop was busy ${wholePercent(busy.value.eventLoopUtilisation)} of the time`,
      numbers: {
        eventLoopUtilisation: busy.value.eventLoopUtilisation,
        eventLoopDelayP99Milliseconds: busy.value.eventLoopDelayP99Milliseconds,
      },
    }
  );
}

function cpuSaturated(evidence: Evidence): Sign | undefined {
  const busy = inHold(evidence, evidence.timeline.samples).find(
    (sample) => sample.value.machine.cpuBusyShare >= saturated && hasRun(evidence, sample),
  );
  // A hold can be shorter than the time between two samples. Then only the share at its end is known.
  const atEnd = evidence.timeline.samples.length > 0 ? evidence.step?.observation.machineBusyShare : undefined;
  const isShort = inHold(evidence, evidence.timeline.samples).length === 0;
  const cpuBusyShare = busy?.value.machine.cpuBusyShare ?? (isShort ? atEnd : undefined) ?? 0;
  if (cpuBusyShare < saturated) return undefined;
  return {
    atMilliseconds: busy?.atMilliseconds ?? evidence.holdingAt ?? evidence.now,
    detail: `all cores of the server's machine were busy ${wholePercent(cpuBusyShare)} of the time`,
    numbers: { cpuBusyShare },
  };
}

function timeLimit(evidence: Evidence): Sign | undefined {
  const { timeIsUpAt } = evidence;
  if (timeIsUpAt === undefined) return undefined;
  const open = clientsOpen(evidence).at(-1) ?? 0;
  return {
    atMilliseconds: timeIsUpAt,
    detail: `${open} clients connected when the time was up`,
    numbers: { clientsOpen: open },
  };
}

/** Whether all cores were busy at `time`: a loop that waits for a core counts as busy, too. */
function wereAllCoresBusy({ timeline: { samples } }: Evidence, time: number): boolean {
  const sample = samples.find(({ atMilliseconds }) => atMilliseconds >= time) ?? samples.at(-1);
  return sample !== undefined && sample.value.machine.cpuBusyShare >= saturated;
}

/** A server that used no CPU time since the sample before did not ask for a core: it hangs. */
function hasRun({ timeline: { samples } }: Evidence, sample: Timed<AgentSample>): boolean {
  const before = samples[samples.indexOf(sample) - 1];
  return before === undefined || cpuMilliseconds(sample) > cpuMilliseconds(before);
}

function cpuMilliseconds({ value: { process } }: Timed<AgentSample>): number {
  return process.cpuUserMilliseconds + process.cpuSystemMilliseconds;
}

function networkCard(evidence: Evidence): Sign | undefined {
  const since = evidence.holdingAt ?? evidence.connectingAt;
  const samples = from(since, evidence.timeline.samples);
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined) continue;
    for (const { name, megabitsPerSecond } of evidence.limits.links) {
      const link = evidence.config.linkMegabitsPerSecond ?? megabitsPerSecond;
      const rate = megabitsBetween(before, sample, name);
      if (link === undefined || rate === undefined || rate < lineRate * link) continue;
      return {
        atMilliseconds: sample.atMilliseconds,
        detail: `${name} carried ${Math.round(rate)} of ${link} Mbit/s`,
        numbers: { interface: name, megabitsPerSecond: Math.round(rate), linkMegabitsPerSecond: link },
      };
    }
  }
  return undefined;
}

/** The rate of an interface between two samples, in its busier direction. */
function megabitsBetween(before: Timed<AgentSample>, after: Timed<AgentSample>, name: string): number | undefined {
  const first = before.value.machine.interfaces[name];
  const last = after.value.machine.interfaces[name];
  const milliseconds = after.value.monotonicMilliseconds - before.value.monotonicMilliseconds;
  if (first === undefined || last === undefined || milliseconds <= 0) return undefined;
  const bytes = Math.max(last.receivedBytes - first.receivedBytes, last.sentBytes - first.sentBytes);
  return (bytes * 8) / 1_000 / milliseconds;
}
