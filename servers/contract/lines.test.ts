import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGauges } from '../gauges.ts';
import { Counters } from '../work/counters.ts';
import { serverLineSchema } from './lines.ts';

// servers/testing/start.ts checks what the servers really print against the schema, in every test of a server.
const counters = {
  type: 'counters',
  counters: new Counters().values(),
  threadHeapUsedBytes: 0,
  ...createGauges()(),
};
const ready = {
  type: 'ready',
  model: 'async',
  pid: 1,
  ports: [443],
  cipher: 'TLS_AES_128_GCM_SHA256',
  limitations: [],
};
const stopped = { type: 'stopped', reason: 'SIGTERM', cut: 0 };

describe('the lines of a server', () => {
  for (const line of [counters, ready, stopped]) {
    test(`are accepted: ${line.type}`, () => {
      assert.deepEqual(serverLineSchema.parse(JSON.parse(JSON.stringify(line))), line);
    });
  }

  const wrong: [title: string, line: unknown][] = [
    ['an unknown type', { ...ready, type: 'busy' }],
    ['no type', { ...ready, type: undefined }],
    ['text instead of an object', 'ready'],
    ['a negative count', { ...counters, counters: { ...counters.counters, messages: -1 } }],
    ['a count that is no whole number', { ...counters, counters: { ...counters.counters, accepted: 0.5 } }],
    ['a missing count', { ...counters, counters: { ...counters.counters, vanished: undefined } }],
    ['a negative gauge', { ...counters, eventLoopDelayP99Milliseconds: -0.1 }],
    ['an empty measurement', { ...counters, gcMilliseconds: null }],
    ['a negative number of cut sessions', { ...stopped, cut: -1 }],
    ['ports that are no numbers', { ...ready, ports: ['443'] }],
  ];
  for (const [title, line] of wrong) {
    test(`are refused with ${title}`, () => {
      assert.equal(serverLineSchema.safeParse(line).success, false);
    });
  }
});
