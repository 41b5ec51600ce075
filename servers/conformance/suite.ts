import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CounterValues, counterNames } from '../contract/counters.ts';
import type { TestServer } from '../testing/start.ts';
import { Counters } from '../work/counters.ts';
import { badFrames } from './bad-frames.ts';
import { badRequests } from './bad-requests.ts';
import { type Case, type Group, visit, visitCounts } from './case.ts';
import { goodInput } from './good-input.ts';
import { slowClients } from './slow-clients.ts';
import { tlsHandshake } from './tls-handshake.ts';

const groups = [tlsHandshake, goodInput, badRequests, badFrames, slowClients];
const reportMilliseconds = 100;
/** Number of lines of counters within which a server must release an ended connection, on a slow machine too. */
const settleLines = 600;

/**
 * What every server must do, for any concurrency model. After each case the server must still serve a good client, must
 * have counted exactly what the case says, and must have printed only lines of the contract.
 *
 * @param start starts the server with these arguments.
 */
export function conformance(name: string, start: (options: string[]) => Promise<TestServer>): void {
  // The groups run side by side, because they mostly wait for lines of counters.
  describe(`${name} server`, { concurrency: true }, () => {
    for (const group of groups) serverGroup(group, start);
  });
}

function serverGroup(group: Group, start: (options: string[]) => Promise<TestServer>): void {
  describe(group.title, { concurrency: false }, () => {
    let server: TestServer;
    let seen = new Counters().values();

    before(async () => {
      server = await start([...group.options, '--report-ms', String(reportMilliseconds)]);
    });
    for (const item of group.cases) {
      test(item.title, async () => {
        const expected = withCounts(seen, item.counts, visitCounts);
        try {
          await item.run(server);
          await visit(server);
        } finally {
          // One wrong count must not make every later case fail.
          seen = await settledCounters(server);
        }
        assert.deepEqual(seen, expected);
        assertQuiet(server);
      });
    }
    after(async () => {
      assert.equal(await server.stop(), 0);
      const last = server.lines.findLast((line) => line.type === 'counters');
      assert.deepEqual(last?.counters, seen, 'nothing is counted later');
      assert.equal(server.lines.at(-1)?.type, 'stopped');
      assertQuiet(server);
    });
  });
}

/** Counters once no connection is left; after `settleLines` lines the current ones, whose comparison then fails. */
async function settledCounters(server: TestServer): Promise<CounterValues> {
  let { counters } = await server.counters();
  for (let line = 1; line < settleLines && !isSettled(counters); line += 1)
    counters = (await server.counters()).counters;
  return counters;
}

function isSettled(counters: CounterValues): boolean {
  return counters.accepted === counters.released && counters.upgraded === counters.ended;
}

function withCounts(counters: CounterValues, ...additions: Case['counts'][]): CounterValues {
  const sum = { ...counters };
  for (const addition of additions) {
    const { accepted = 1, upgraded = 0 } = addition;
    const all = { ...addition, accepted, released: accepted, ended: upgraded };
    for (const name of counterNames) sum[name] += all[name] ?? 0;
  }
  return sum;
}

function assertQuiet(server: TestServer): void {
  assert.deepEqual(server.noise, [], 'nothing is printed per client');
}
