import type { AgentSample } from '../../../servers/contract/agent.ts';
import type { Timed } from '../../host/timeline.ts';
import { throttlingNow } from '../../text/throttling.ts';
import { percent } from '../../text/words.ts';
import { clientsOpen, type Evidence, type Finding, firstSample, from, inHold } from '../evidence.ts';
import { saturated } from '../rule.ts';

/** Of the bits that a link carries, the share that can be bytes of /proc/net/dev, less what sampling blurs. */
const lineRate = 0.9;
/** A server that has not reported for so long hangs. */
const hungMilliseconds = 5_000;
/** Of one core: who takes so much is at work. Less than all, for others may want it too. */
const atWork = 0.5;

export function throttled(evidence: Evidence): Finding | undefined {
  // Bits 0 to 3 are of now; those since boot may be of yesterday.
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

export function serverHung(evidence: Evidence): Finding | undefined {
  const silence = silenceOf(evidence);
  if (silence === undefined || silence.ofOneCore >= atWork) return undefined;
  return {
    atMilliseconds: silence.noticedAt,
    detail: `it was running and had said nothing for ${Math.round(silence.milliseconds / 1_000)} s`,
    numbers: { silentMilliseconds: Math.round(silence.milliseconds) },
  };
}

/**
 * A server that is silent because its loop does not come round to its timers: behind by many messages of thousands of
 * clients, it reads all that the kernel holds of them in one turn.
 */
export function eventLoopStuck(evidence: Evidence): Finding | undefined {
  const silence = silenceOf(evidence);
  if (silence === undefined || silence.ofOneCore < atWork) return undefined;
  return {
    atMilliseconds: silence.noticedAt,
    detail: `the server's loop had not come round for ${Math.round(silence.milliseconds / 1_000)} s, and took ${percent(silence.ofOneCore)} of a core`,
    numbers: { silentMilliseconds: Math.round(silence.milliseconds), cpuShareOfOneCore: silence.ofOneCore },
  };
}

/** How long a server that runs has said nothing, when that is too long, and what it took of the cores meanwhile. */
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

export function eventLoopSaturated(evidence: Evidence): Finding | undefined {
  const busy = inHold(evidence, evidence.timeline.counters).find(
    ({ atMilliseconds, value }) =>
      value.eventLoopUtilisation >= saturated && !wereAllCoresBusy(evidence, atMilliseconds),
  );
  return (
    busy && {
      atMilliseconds: busy.atMilliseconds,
      detail: `the server's loop was busy ${percent(busy.value.eventLoopUtilisation)} of the time`,
      numbers: {
        eventLoopUtilisation: busy.value.eventLoopUtilisation,
        eventLoopDelayP99Milliseconds: busy.value.eventLoopDelayP99Milliseconds,
      },
    }
  );
}

export function cpuSaturated(evidence: Evidence): Finding | undefined {
  const busy = inHold(evidence, evidence.timeline.samples).find(
    (sample) => sample.value.machine.cpuBusyShare >= saturated && hasRun(evidence, sample),
  );
  // A hold can be shorter than the time between two samples: then the one at its end is all there is.
  const atEnd = evidence.timeline.samples.length > 0 ? evidence.step?.observation.machineBusyShare : undefined;
  const isShort = inHold(evidence, evidence.timeline.samples).length === 0;
  const cpuBusyShare = busy?.value.machine.cpuBusyShare ?? (isShort ? atEnd : undefined) ?? 0;
  if (cpuBusyShare < saturated) return undefined;
  return {
    atMilliseconds: busy?.atMilliseconds ?? evidence.holdingAt ?? evidence.now,
    detail: `all cores of the server's machine were busy ${percent(cpuBusyShare)} of the time`,
    numbers: { cpuBusyShare },
  };
}

export function timeLimit(evidence: Evidence): Finding | undefined {
  const { timeIsUpAt } = evidence;
  if (timeIsUpAt === undefined) return undefined;
  const open = clientsOpen(evidence).at(-1) ?? 0;
  return {
    atMilliseconds: timeIsUpAt,
    detail: `${open} clients connected when the time was up`,
    numbers: { clientsOpen: open },
  };
}

/** A loop that waits for a core counts as busy: by the sample that `time` lies in, or the last one before it. */
function wereAllCoresBusy({ timeline: { samples } }: Evidence, time: number): boolean {
  const sample = samples.find(({ atMilliseconds }) => atMilliseconds >= time) ?? samples.at(-1);
  return sample !== undefined && sample.value.machine.cpuBusyShare >= saturated;
}

/** A server that has used no time at all of the cores since the sample before did not ask for one: it hangs. */
function hasRun({ timeline: { samples } }: Evidence, sample: Timed<AgentSample>): boolean {
  const before = samples[samples.indexOf(sample) - 1];
  return before === undefined || cpuMilliseconds(sample) > cpuMilliseconds(before);
}

function cpuMilliseconds({ value: { process } }: Timed<AgentSample>): number {
  return process.cpuUserMilliseconds + process.cpuSystemMilliseconds;
}

export function networkCard(evidence: Evidence): Finding | undefined {
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

/** The busier direction of an interface between two samples. */
function megabitsBetween(before: Timed<AgentSample>, after: Timed<AgentSample>, name: string): number | undefined {
  const first = before.value.machine.interfaces[name];
  const last = after.value.machine.interfaces[name];
  const milliseconds = after.value.monotonicMilliseconds - before.value.monotonicMilliseconds;
  if (first === undefined || last === undefined || milliseconds <= 0) return undefined;
  const bytes = Math.max(last.receivedBytes - first.receivedBytes, last.sentBytes - first.sentBytes);
  return (bytes * 8) / 1_000 / milliseconds;
}
