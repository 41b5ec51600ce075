import { z } from 'zod';
import type { FleetConnected, FleetWindow } from '../../clients/contract.ts';
import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CounterName } from '../../servers/contract/counters.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Config } from '../config.ts';
import { mergeQuantiles } from '../histogram.ts';

/** One thing that must be so if a trial's figures are to be believed. */
export const checkSchema = z.object({
  name: z.string(),
  /** What was found, and what was asked for, each a phrase. */
  found: z.string(),
  asked: z.string(),
  isMet: z.boolean(),
  /** There was nothing to look at where there should have been, as after a crash: that voids nothing, and meets nothing. */
  isMade: z.literal(false).optional(),
});

export type Check = z.infer<typeof checkSchema>;

/** A measured window whose figures stand in the table. */
export interface ClaimedWindow {
  clientsRequested: number;
  sending: boolean;
  /** Of the harness's clock. */
  startedAt: number;
  endedAt: number;
  fleet: FleetWindow[];
}

/** Of the harness's clock. */
export interface Span {
  /** "20 arrivals a second". */
  what: string;
  startedAt: number;
  endedAt: number;
}

/** Everything of one trial that the audit looks at. */
export interface Audited {
  config: Pick<Config, 'cipher' | 'intervalMilliseconds' | 'messageBytes' | 'sampleMilliseconds' | 'criteria'>;
  windows: readonly ClaimedWindow[];
  /** Other times in which something was measured that stands in the table. */
  spans: readonly Span[];
  handshakes: readonly Pick<FleetConnected, 'negotiated' | 'resumed'>[];
  /** The agent's, and when each reached the harness. */
  samples: readonly { atMilliseconds: number; value: AgentSample }[];
  /** The server's last counts, when it had stopped in order; absent when it did not. */
  counters: CountersLine | undefined;
  /** What the fleet had sent in all, and sessions that did not end in order; absent when it did not say. */
  fleet: { sent: number; lost: number } | undefined;
  /** Clients that came, said one thing and left: due, and through. */
  arrivals: { due: number; finished: number };
}

const rejections: readonly CounterName[] = [
  'rejectedProtocol',
  'rejectedBinary',
  'rejectedUtf8',
  'rejectedJson',
  'rejectedShape',
  'rejectedTooLarge',
];
const littlesLawShare = 0.05;
const longestGapMilliseconds = 3_000;
/** Of the wall clock against the monotonic one, between two samples; NTP slews by 0.5 ms a second. */
const clockStepMilliseconds = 100;

/** CPU time of a fleet process as a share of one core: its loop is its one thread. */
export function busyShare(window: FleetWindow): number {
  return (window.cpuUserMicroseconds + window.cpuSystemMicroseconds) / 1_000 / window.durationMilliseconds;
}

/** Pure. A check that has nothing to look at is left out. */
export function audit(seen: Audited): Check[] {
  return [
    ...messagesAccountedFor(seen),
    ...fullHandshakes(seen),
    ...clockNotSet(seen),
    ...sameSpeed(seen),
    ...seen.windows.flatMap((window) => ofWindow(window, seen)),
    ...seen.spans.flatMap((span) => named(sampledThroughout(span, seen), `at ${span.what}`)),
  ];
}

/** As the record and the user are told. */
export function objection({ name, found, asked }: Check): string {
  return `${name}: ${found}, asked for ${asked}`;
}

/** TCP's buffers of both ends and all that the two processes had not read, of one session that was cut: a generous bound. */
const inFlightBytes = 16 * 1_048_576;

/** Sent = parsed + rejected + in flight at the end: nothing is in flight when every session has ended in order. */
function messagesAccountedFor({ config, counters, fleet, arrivals }: Audited): Check[] {
  const name = 'sent = parsed + rejected + in flight at the end';
  if (counters === undefined || fleet === undefined) {
    const who = counters === undefined ? 'the server' : 'the fleet';
    return [{ name, found: `${who} did not end in order`, asked: 'last counts of both', isMet: true, isMade: false }];
  }
  const parsed = counters.counters.messages;
  const rejected = rejections.reduce((sum, name) => sum + counters.counters[name], 0);
  const least = fleet.sent + arrivals.finished - parsed - rejected;
  const most = fleet.sent + arrivals.due - parsed - rejected;
  const lost = fleet.lost + arrivals.due - arrivals.finished;
  const allowed = lost * Math.ceil(inFlightBytes / config.messageBytes);
  return [
    {
      name,
      found: `${fleet.sent + arrivals.due} sent, ${parsed} parsed, ${rejected} rejected`,
      asked: lost === 0 ? 'none in flight' : `at most ${allowed} in flight, in ${lost} sessions that were lost`,
      isMet: most >= 0 && least <= allowed,
    },
  ];
}

/** Servers are comparable only when every handshake was a full one with the cipher asked for. */
function fullHandshakes({ handshakes, config }: Audited): Check[] {
  if (handshakes.length === 0) return [];
  const resumed = handshakes.reduce((sum, line) => sum + line.resumed, 0);
  const negotiated = [...new Set(handshakes.flatMap((line) => Object.keys(line.negotiated)))];
  const asked = `TLSv1.3 ${config.cipher}`;
  return [
    { name: 'TLS sessions resumed', found: String(resumed), asked: '0', isMet: resumed === 0 },
    {
      name: 'cipher',
      found: negotiated.join(', ') || 'none',
      asked,
      isMet: negotiated.every((name) => name === asked),
    },
  ];
}

function clockNotSet({ samples }: Audited): Check[] {
  const offsets = samples.map(({ value }) => (value.wallMilliseconds ?? Number.NaN) - value.monotonicMilliseconds);
  const steps = offsets.slice(1).map((offset, index) => Math.abs(offset - (offsets[index] ?? offset)));
  if (steps.length === 0) return [];
  const largest = Math.max(...steps);
  return [
    {
      name: 'step of the wall clock',
      found: `${Math.round(largest)} ms`,
      asked: `at most ${clockStepMilliseconds} ms between two samples`,
      isMet: largest <= clockStepMilliseconds,
    },
  ];
}

/** A machine that was throttled, or whose governor was changed, measured two machines. */
function sameSpeed({ samples }: Audited): Check[] {
  const seen = (read: (sample: AgentSample) => string | undefined) => [
    ...new Set(samples.map(({ value }) => read(value)).filter((value) => value !== undefined)),
  ];
  const states = {
    'governor of the CPU': seen(({ machine }) => machine.governor),
    'throttle state': seen(({ machine }) =>
      machine.throttleBits === undefined ? undefined : `0x${machine.throttleBits.toString(16)}`,
    ),
  };
  return Object.entries(states)
    .filter(([, found]) => found.length > 0)
    .map(([name, found]) => ({ name, found: found.join(', then '), asked: 'no change', isMet: found.length === 1 }));
}

function ofWindow(window: ClaimedWindow, seen: Audited): Check[] {
  const { clientsRequested } = window;
  const open = window.fleet.reduce((sum, part) => sum + part.open, 0);
  const at = `at ${clientsRequested} clients`;
  return [
    {
      name: `clients open ${at}`,
      found: String(open),
      asked: String(clientsRequested),
      isMet: open === clientsRequested,
    },
    ...named(sampledThroughout(window, seen), at),
    ...(window.sending ? named(latencyChecks(window, seen), at) : []),
  ];
}

function named(checks: Check[], at: string): Check[] {
  return checks.map((check) => ({ ...check, name: `${check.name} ${at}` }));
}

function sampledThroughout({ startedAt, endedAt }: Omit<Span, 'what'>, { config, samples }: Audited): Check[] {
  // Whoever asks what watching costs has asked for none.
  if (config.sampleMilliseconds > longestGapMilliseconds) return [];
  const times = samples.map(({ atMilliseconds }) => atMilliseconds);
  const within = times.filter((time) => time > startedAt && time < endedAt);
  const before = times.findLast((time) => time <= startedAt) ?? startedAt;
  const after = times.find((time) => time >= endedAt) ?? endedAt;
  const marks = [before, ...within, after];
  const gap = Math.max(...marks.slice(1).map((time, index) => time - (marks[index] ?? time)));
  return [
    {
      name: 'longest time without a sample',
      found: `${Math.round(gap)} ms`,
      asked: `at most ${longestGapMilliseconds} ms`,
      isMet: gap <= longestGapMilliseconds,
    },
  ];
}

function latencyChecks({ fleet }: ClaimedWindow, { config }: Audited): Check[] {
  const corrected = mergeQuantiles(fleet.map((part) => part.correctedMicroseconds));
  const lateness = mergeQuantiles(fleet.map((part) => part.latenessMicroseconds));
  const checks: Check[] = [];
  if (corrected !== undefined) {
    const { meanMilliseconds: mean, maxMilliseconds: max, p50Milliseconds: p50, p99Milliseconds: p99 } = corrected;
    checks.push(
      // Both are rounded to three digits.
      {
        name: 'mean latency',
        found: milliseconds(mean),
        asked: `≤ max ${milliseconds(max)}`,
        isMet: mean <= 1.001 * max,
      },
      { name: 'p50 latency', found: milliseconds(p50), asked: `≤ p99 ${milliseconds(p99)}`, isMet: p50 <= p99 },
      littlesLaw(fleet),
    );
  }
  const busy = Math.max(...fleet.map(busyShare));
  checks.push({
    name: 'busiest loop of the fleet',
    found: `${Math.round(busy * 100)} %`,
    asked: `at most ${Math.round(config.criteria.fleetBusyShare * 100)} %`,
    isMet: busy <= config.criteria.fleetBusyShare,
  });
  if (lateness !== undefined) {
    const allowed = config.criteria.latenessShare * config.intervalMilliseconds;
    checks.push({
      name: 'p99 of how late messages were sent',
      found: milliseconds(lateness.p99Milliseconds),
      asked: `at most ${milliseconds(allowed)}`,
      isMet: lateness.p99Milliseconds <= allowed,
    });
  }
  return checks;
}

/**
 * L = λW (Little, 1961): the timed messages that wait on average, counted in each process as they come and go, against
 * their rate times their mean latency, which have been through its histogram, a line and a merger. When the two books
 * differ, one of them does not hold what it should: an answer was taken twice, a histogram was cut or is another's.
 */
function littlesLaw(fleet: FleetWindow[]): Check {
  const waiting = fleet.reduce((sum, part) => sum + (part.waitingMean ?? Number.NaN), 0);
  const rateTimesMean = fleet.reduce((sum, part) => {
    const latency = mergeQuantiles([part.correctedMicroseconds]);
    return sum + ((latency?.count ?? 0) * (latency?.meanMilliseconds ?? 0)) / part.durationMilliseconds;
  }, 0);
  const difference = Math.abs(waiting - rateTimesMean) / Math.max(waiting, rateTimesMean, Number.MIN_VALUE);
  return {
    name: "Little's law",
    found: `${waiting.toPrecision(3)} messages waiting, rate times latency ${rateTimesMean.toPrecision(3)}`,
    asked: `equal within ${littlesLawShare * 100} %`,
    // Nor is it met when it is not known.
    isMet: difference <= littlesLawShare,
  };
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
