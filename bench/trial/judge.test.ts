import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveConfig } from '../plan/resolve-config.ts';
import { type Observation, type Step, stepSchema } from '../record/step.ts';
import { observation } from '../testing/samples.ts';
import { judge } from './judge.ts';

/** Interval 250 ms: 99 % parsed, p99 at most 250 ms, fleet lateness at most 12.5 ms, fleet busy at most 90 %. */
const config = resolveConfig({ profile: 'smoke' }, true);

interface Row {
  title: string;
  seen: Partial<Observation>;
  verdict: Step['verdict'];
  reasons?: RegExp[];
  symptoms?: Step['symptoms'];
}

const silent = { sending: false, messagesScheduled: 0, messagesSent: 0, messagesDue: 0, messagesParsed: 0 };
const { correctedP99Milliseconds: _, ...withoutPongs } = observation();

const rows: Row[] = [
  { title: 'every criterion met', seen: {}, verdict: 'passed' },
  { title: 'exactly 99 % parsed', seen: { messagesDue: 1_000, messagesParsed: 990 }, verdict: 'passed' },
  {
    title: '99 % parsed except two that were due within 5 ms of the end',
    seen: { messagesDue: 1_000, messagesParsed: 988 },
    verdict: 'passed',
  },
  {
    title: 'just less than that parsed',
    seen: { messagesDue: 1_000, messagesParsed: 987 },
    verdict: 'failed',
    reasons: [/^98\.7 % of the messages parsed in time, asked for 99 %$/],
    symptoms: ['messages'],
  },
  {
    title: 'one message of few clients after the end',
    seen: { clientsRequested: 5, clientsOpen: 5, messagesDue: 20, messagesParsed: 19 },
    verdict: 'passed',
  },
  {
    title: 'two messages of few clients after the end',
    seen: { clientsRequested: 5, clientsOpen: 5, messagesDue: 20, messagesParsed: 18 },
    verdict: 'failed',
    reasons: [/^90 % of the messages/],
    symptoms: ['messages'],
  },
  { title: 'p99 of exactly one interval', seen: { correctedP99Milliseconds: 250 }, verdict: 'passed' },
  {
    title: 'p99 just above one interval',
    seen: { correctedP99Milliseconds: 250.6 },
    verdict: 'failed',
    reasons: [/^p99 latency 251 ms, allowed 250 ms$/],
    symptoms: ['messages'],
  },
  {
    title: 'nothing scheduled at all',
    seen: { messagesDue: 0, messagesParsed: 0 },
    verdict: 'failed',
    reasons: [/^0 % of the messages/],
    symptoms: ['messages'],
  },
  { title: 'every client connected', seen: { clientsOpen: 100, clientsRequested: 100 }, verdict: 'passed' },
  {
    title: 'a fleet that is late because the server takes all cores',
    seen: { latenessP99Milliseconds: 60, fleetBusyShare: 0.3, machineBusyShare: 0.97 },
    verdict: 'failed',
    reasons: [/^the fleet was late: p99 60 ms, allowed 13 ms, with all cores taken$/],
    symptoms: ['messages'],
  },
  {
    title: 'a fleet that is late because it takes them itself',
    seen: { latenessP99Milliseconds: 60, fleetBusyShare: 0.95, machineBusyShare: 0.97 },
    verdict: 'void',
    reasons: [/^the fleet was late/, /^the fleet was busy/],
  },
  {
    title: 'a fleet that is late on a machine with cores to spare',
    seen: { latenessP99Milliseconds: 60, fleetBusyShare: 0.3, machineBusyShare: 0.8 },
    verdict: 'void',
    reasons: [/^the fleet was late/],
  },
  {
    title: 'one client missing',
    seen: { clientsOpen: 99, connectFailures: { timeout: 1 } },
    verdict: 'failed',
    reasons: [/^99 of 100 clients connected \(1 timeout\)$/],
    symptoms: ['connections'],
  },
  {
    title: 'one client lost in the hold',
    seen: { clientsOpen: 99, clientsLost: 1 },
    verdict: 'failed',
    reasons: [/^99 of 100 clients connected$/, /^1 clients lost$/],
    symptoms: ['connections'],
  },
  {
    title: 'a server that reports nothing',
    seen: { serverReported: false },
    verdict: 'failed',
    reasons: [/^the server reported nothing any more$/],
    symptoms: ['reports'],
  },
  { title: 'a fleet as late as it may be', seen: { latenessP99Milliseconds: 12.5 }, verdict: 'passed' },
  {
    title: 'a fleet just too late',
    seen: { latenessP99Milliseconds: 12.6 },
    verdict: 'void',
    reasons: [/^the fleet was late: p99 13 ms, allowed 13 ms$/],
  },
  { title: 'a fleet as busy as it may be', seen: { fleetBusyShare: 0.9 }, verdict: 'passed' },
  {
    title: 'a fleet just too busy',
    seen: { fleetBusyShare: 0.95 },
    verdict: 'void',
    reasons: [/^the fleet was busy: its loop at 95 %, allowed 90 %$/],
  },
  {
    title: 'a fleet too late and a server too slow: void, because the fleet may be why',
    seen: { latenessP99Milliseconds: 100, correctedP99Milliseconds: 9_000, clientsOpen: 1 },
    verdict: 'void',
    reasons: [/^the fleet was late/],
  },
  {
    title: 'a silent step with latencies and messages that would fail a sending one',
    seen: { ...silent, correctedP99Milliseconds: 9_000 },
    verdict: 'passed',
  },
  {
    title: 'a silent step with a client lost',
    seen: { ...silent, clientsOpen: 99, clientsLost: 1 },
    verdict: 'failed',
    reasons: [/^99 of 100/, /^1 clients lost/],
    symptoms: ['connections'],
  },
];

describe('verdict on a step', () => {
  for (const { title, seen, verdict, reasons = [], symptoms = [] } of rows) {
    test(`${verdict}: ${title}`, () => {
      const step = judge(observation(seen), config);
      assert.equal(step.verdict, verdict, step.reasons.join('; '));
      assert.equal(step.reasons.length, reasons.length, step.reasons.join('; '));
      for (const [index, reason] of reasons.entries()) assert.match(step.reasons[index] ?? '', reason);
      assert.deepEqual(step.symptoms, symptoms);
      assert.deepEqual(stepSchema.parse(step), step);
    });
  }

  test('failed: no pong came', () => {
    const step = judge(withoutPongs, config);
    assert.equal(step.verdict, 'failed');
    assert.deepEqual(step.reasons, ['p99 latency unknown (no pong came), allowed 250 ms']);
  });

  test('names every criterion that was not met', () => {
    const step = judge(
      observation({
        clientsOpen: 1,
        clientsLost: 2,
        serverReported: false,
        messagesParsed: 0,
        correctedP99Milliseconds: 999,
      }),
      config,
    );
    assert.equal(step.reasons.length, 5);
    assert.deepEqual(step.symptoms, ['connections', 'reports', 'messages']);
  });
});
