import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { type CounterName, counterNames } from '../contract/counters.ts';
import { Counters } from './counters.ts';

test('each counter counts on its own, beyond 32 bits', () => {
  const counters = new Counters();
  for (const [index, name] of counterNames.entries()) counters.add(name, 2 ** 40 + index);
  for (const [index, name] of counterNames.entries()) assert.equal(counters.values()[name], 2 ** 40 + index);
});

test('a snapshot has all messages of the sessions that it counts as ended, although threads count meanwhile', () => {
  const counters = new (class extends Counters {
    /** Simulates a session that sends its message and ends during each read. */
    override read(name: CounterName): number {
      const value = super.read(name);
      for (const event of ['upgraded', 'messages', 'ended', 'released'] as const) this.add(event);
      return value;
    }
  })();
  const { upgraded, messages, ended, released } = counters.values();
  assert.ok(released <= ended && ended <= messages && ended <= upgraded, `${released}, ${ended}, ${messages}`);
});

test('threads that count at the same time lose nothing', async () => {
  const rounds = 50_000;
  const counters = new Counters();
  const gate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData = { memory: counters.memory, gate };
  const program = `
    import { workerData } from 'node:worker_threads';
    import { Counters } from ${JSON.stringify(new URL('./counters.ts', import.meta.url).href)};
    const counters = new Counters(workerData.memory);
    // A thread takes longer to start than to count, so each waits for the other.
    Atomics.add(workerData.gate, 0, 1);
    while (Atomics.load(workerData.gate, 0) < 2);
    for (let round = 0; round < ${rounds}; round += 1) counters.add('messages');
  `;
  const threads = [1, 2].map(
    () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData }),
  );
  await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve))));
  assert.equal(counters.read('messages'), 2 * rounds);
});
