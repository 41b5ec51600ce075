import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { pingNumber } from './frames.ts';
import { randomNumbers } from './random.ts';
import { Sender, type SendingClient } from './sender.ts';
import type { Unanswered } from './unanswered.ts';

const settings = { index: 0, messageBytes: 256, intervalMilliseconds: 20, pingsPerSecond: 100 };
const pingBytes = 10;

/** A client whose server answers each ping `lagMilliseconds` later; Infinity means never. */
class LaggingClient implements SendingClient {
  slot = -1;
  position = -1;
  unanswered: Unanswered | undefined = undefined;
  messages = 0;
  readonly pings: { number: number; answerAt: number }[] = [];
  readonly socket: SendingClient['socket'] & { writableLength: number };

  constructor(lagMilliseconds: number) {
    this.socket = {
      writableLength: 0,
      write: (bytes) => {
        this.messages += 1;
        const key = bytes.subarray(-8, -4);
        const number = pingNumber(bytes.subarray(-4).map((byte, at) => byte ^ (key[at] ?? 0)) as Buffer);
        const hasPing = bytes.at(-pingBytes) === 0x89 && bytes.at(-pingBytes + 1) === 0x84;
        if (hasPing && number !== undefined) this.pings.push({ number, answerAt: performance.now() + lagMilliseconds });
        return true;
      },
    };
  }
}

/** Replaces the clock and the timers; `run` advances them by milliseconds. */
function simulate(t: Pick<TestContext, 'mock'>, lags: number[], seed = 1) {
  let now = 0;
  t.mock.timers.reset();
  t.mock.restoreAll();
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sender = new Sender(settings, randomNumbers(seed, 0));
  // Messages are due at whole milliseconds: half a millisecond keeps the ends of windows apart from them.
  now += 0.5;
  const clients = lags.map((lag) => new LaggingClient(lag));
  for (const client of clients) sender.add(client);
  sender.switch(true);
  const run = (milliseconds: number) => {
    for (const end = now + milliseconds; now < end; ) {
      now += 1;
      t.mock.timers.tick(1);
      for (const client of clients) {
        while ((client.pings[0]?.answerAt ?? Number.POSITIVE_INFINITY) <= now) {
          sender.ponged(client, client.pings.shift()?.number ?? -1);
        }
      }
    }
  };
  const report = () => {
    const window = sender.report(new Set(clients));
    assert.ok(window);
    const corrected = decodeFromCompressedBase64(window.correctedMicroseconds);
    return { ...window, corrected, timed: window.pongs + window.outstanding };
  };
  return { sender, clients, run, report, now: () => now };
}

test('lag does not change how many messages are timed, and the histogram contains each once', (t) => {
  const lag = fc.oneof(fc.nat(500), fc.constant(Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(fc.array(lag, { minLength: 10, maxLength: 10 }), fc.nat(), (lags, seed) => {
      const windowOf = (lags: number[]) => {
        const { sender, run, report } = simulate(t, lags, seed);
        run(200);
        sender.measure('window');
        run(600);
        return report();
      };
      const prompt = windowOf(lags.map(() => 0));
      const window = windowOf(lags);
      // 2 of 10 messages in each of 30 intervals.
      assert.ok(prompt.timed > 20 && prompt.timed < 120, `${prompt.timed} timed`);
      assert.equal(window.timed, prompt.timed);
      assert.equal(window.corrected.totalCount, window.timed);
    }),
    { numRuns: 25 },
  );
});

test('the window contains the messages of a client stuck since before it, with their wait', (t) => {
  const { sender, run, report } = simulate(t, [Number.POSITIVE_INFINITY]);
  run(300);
  sender.measure('stuck');
  run(400);
  const window = report();
  assert.deepEqual([window.scheduled, window.pongs, window.outstanding], [20, 0, 20]);
  assert.ok(
    window.corrected.maxValue > 370_000 && window.corrected.maxValue <= 400_400,
    'no message from before the window',
  );
});

test('suppressed messages are answered by the ping that follows the next message', (t) => {
  const { sender, clients, run, report } = simulate(t, [0]);
  const [client] = clients;
  assert.ok(client);
  sender.measure('full');
  run(100);
  client.socket.writableLength = 1_000;
  run(200);
  assert.equal(client.unanswered?.size, 10);
  client.socket.writableLength = 0;
  run(40);
  const window = report();
  assert.deepEqual([window.suppressed, window.pongs, window.outstanding], [10, 17, 0]);
  assert.equal(
    decodeFromCompressedBase64(window.uncorrectedMicroseconds).totalCount,
    7,
    'only messages that were sent',
  );
  assert.ok(window.corrected.maxValue >= 200_000);
  assert.equal(client.unanswered, undefined);
});

test('suppressed messages of a lost client count with their wait', (t) => {
  const { sender, clients, run, report } = simulate(t, [0]);
  const [client] = clients;
  assert.ok(client);
  sender.measure('lost');
  client.socket.writableLength = 1_000;
  run(100);
  sender.remove(client);
  const window = report();
  assert.deepEqual([window.suppressed, window.outstanding, window.corrected.totalCount], [5, 5, 5]);
});

test('the pong of a later ping answers the earlier messages, and other pongs none', (t) => {
  const { sender, clients, run, report } = simulate(t, [Number.POSITIVE_INFINITY]);
  const [client] = clients;
  assert.ok(client);
  sender.measure('most recent only');
  run(100);
  const third = client.pings[2]?.number ?? -1;
  sender.ponged(client, 4_000_000_000);
  assert.equal(sender.totals.pongs, 0);
  sender.ponged(client, third);
  sender.ponged(client, third);
  sender.ponged(client, third - 1);
  assert.equal(sender.totals.pongs, 3);
  const window = report();
  assert.deepEqual([window.pongs, window.outstanding], [3, 2]);
});

test('takeP99 covers the answers since the last call, without a window too', (t) => {
  const { sender, run } = simulate(t, [7]);
  assert.equal(sender.takeP99(), undefined);
  run(200);
  assert.ok(Math.abs((sender.takeP99() ?? 0) - 8) <= 1);
  assert.equal(sender.takeP99(), undefined);
  run(200);
  assert.ok((sender.takeP99() ?? 0) > 0);
});
