import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentSample, countersLine } from '../testing/samples.ts';
import { createReader } from './live.ts';

test('live rates cover the time since the last reading, by the clock of the server', () => {
  let counters: ReturnType<typeof countersLine> | undefined;
  let sample: ReturnType<typeof agentSample> | undefined;
  const fleet: { open: number; clientsAsked?: number; p99?: number } = { open: 0 };
  const read = createReader(
    { counters: () => counters, sample: () => sample },
    {
      total: (field) => (field === 'open' ? fleet.open : Number.NaN),
      get clientsAsked() {
        return fleet.clientsAsked;
      },
      correctedP99Milliseconds: () => fleet.p99,
    },
  );
  assert.deepEqual(read(), { clients: 0 });

  counters = countersLine(1_000, { upgraded: 5, messages: 7 }, { cpuUserMicroseconds: 100_000 });
  sample = agentSample(1_000, { rssBytes: 60_000_000 });
  assert.deepEqual(read(), { clients: 0, rssBytes: 60_000_000 });

  counters = countersLine(
    3_000,
    { upgraded: 25, messages: 4_007 },
    { cpuUserMicroseconds: 1_600_000, cpuSystemMicroseconds: 500_000 },
  );
  fleet.open = 25;
  fleet.clientsAsked = 40;
  fleet.p99 = 12;
  const rates = { newClientsPerSecond: 10, messagesPerSecond: 2_000, cpuCores: 1 };
  const seen = { clients: 25, clientsAsked: 40, p99Milliseconds: 12, rssBytes: 60_000_000 };
  assert.deepEqual(read(), { ...seen, ...rates });
  // Rates stay for two readings without a new line of counters, and are dropped at the third.
  assert.deepEqual(
    [read(), read()],
    [
      { ...seen, ...rates },
      { ...seen, ...rates },
    ],
  );
  assert.deepEqual(read(), seen);
});
