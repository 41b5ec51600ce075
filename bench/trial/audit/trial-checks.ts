import type { AgentSample } from '../../../servers/contract/agent.ts';
import { messageRejections } from '../../../servers/contract/counters.ts';
import type { AuditCheck } from '../../record/check.ts';
import type { Audited } from './check.ts';

/**
 * Allowed change of the wall clock against the monotonic one between two samples; NTP slews by only 0.5 ms a second.
 */
const clockStepMilliseconds = 100;

/** A generous bound for a cut session: TCP buffers of both ends and all data that the two processes had not read. */
const inFlightBytes = 16 * 1_048_576;

/** Checks sent = parsed + rejected + in flight at the end; nothing is in flight when every session ended in order. */
export function messagesAccountedFor({ config, counters, fleet, arrivals }: Audited): AuditCheck[] {
  const name = 'sent = parsed + rejected + in flight at the end';
  if (counters === undefined || fleet === undefined) {
    const who = counters === undefined ? 'the server' : 'the fleet';
    return [{ name, found: `${who} did not end in order`, asked: 'last counts of both', isMet: true, isMade: false }];
  }
  const parsed = counters.counters.messages;
  const rejected = messageRejections.reduce((sum, name) => sum + counters.counters[name], 0);
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
export function fullHandshakes({ handshakes, config }: Audited): AuditCheck[] {
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

export function clockNotSet({ samples }: Audited): AuditCheck[] {
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

/** Throttling or another governor changes the CPU's speed, so a trial must see no change of either. */
export function sameSpeed({ samples }: Audited): AuditCheck[] {
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
