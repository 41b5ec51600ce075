import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Slots } from './slots.ts';

describe('slots', () => {
  test('share what is written with every view of their memory', () => {
    const slots = new Slots(3);
    const other = new Slots(slots.memory);
    assert.equal(other.capacity, 3);
    slots.order = 'goAway';
    assert.equal(other.order, 'goAway');
    slots.setHeapUsed(0, 4_096);
    slots.setHeapUsed(2, 1_024);
    assert.equal(other.heapUsedBytes([0, 1, 2]), 5_120);
    assert.equal(other.heapUsedBytes(new Set([2])), 1_024, 'only the requested slots');
  });

  test('pass on the descriptor of a slot, also number 0, only while it is open', () => {
    const slots = new Slots(2);
    const used: number[] = [];
    const use = (descriptor: number) => used.push(descriptor);
    slots.whileOpen(1, use);
    slots.open(1, 0);
    slots.whileOpen(0, use);
    slots.whileOpen(1, use);
    let closed = false;
    slots.close(1, () => {
      closed = true;
    });
    slots.whileOpen(1, use);
    assert.deepEqual(used, [0]);
    assert.ok(closed);
  });

  test('are unlocked again by a close that fails', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    const failing = () => slots.close(0, () => assert.fail('EBADF'));
    assert.throws(failing, /EBADF/);
    // A slot that is still locked would block forever.
    assert.throws(failing, /EBADF/);
  });

  test('report a missed deadline once', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    assert.equal(slots.takeMissed(0, 1e6), false, 'none was set');
    slots.setDue(0, 1_000.4);
    assert.equal(slots.takeMissed(0, 999), false);
    assert.equal(slots.isCut(0), false);
    assert.equal(slots.takeMissed(0, 1_000), true);
    assert.equal(slots.takeMissed(0, 1_000), false);
    assert.equal(slots.isCut(0), true);
  });

  test('keep a connection cut until the next one takes the slot, even when its thread sets deadlines', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    slots.setDue(0, 1_000);
    slots.takeMissed(0, 1_000);
    slots.setDue(0, 2_000);
    slots.setDue(0, 0);
    slots.close(0, () => {});
    assert.equal(slots.isCut(0), true);
    slots.take(0, 3_000);
    slots.open(0, 7);
    assert.equal(slots.isCut(0), false);
  });

  test('keep the deadline of the accept thread when the connection is opened', () => {
    const slots = new Slots(1);
    slots.take(0, 1_000);
    slots.open(0, 7);
    assert.equal(slots.takeMissed(0, 999), false);
    assert.equal(slots.takeMissed(0, 1_000), true);
  });

  test('report once a deadline missed before the thread starts, which then finds the connection cut', () => {
    const slots = new Slots(1);
    slots.take(0, 1_000);
    assert.equal(slots.takeMissed(0, 1_000), true);
    slots.whileOpen(0, () => assert.fail('it has no descriptor yet'));
    slots.open(0, 7);
    assert.equal(slots.isCut(0), true);
    assert.equal(slots.takeMissed(0, 2_000), false);
  });

  test('clear what a dead thread has left', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    slots.setHeapUsed(0, 4_096);
    slots.take(0, 1_000);
    slots.whileOpen(0, () => assert.fail('the descriptor may belong to another connection by now'));
    assert.equal(slots.heapUsedBytes([0]), 0);
  });

  test('drop a cleared deadline, and the deadline of the last connection', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    slots.setDue(0, 1_000);
    slots.setDue(0, 0);
    assert.equal(slots.takeMissed(0, 2_000), false);
    slots.setDue(0, 1_000);
    slots.close(0, () => {});
    slots.open(0, 8);
    assert.equal(slots.takeMissed(0, 2_000), false);
  });

  test('cut all at the end of a stop', () => {
    const slots = new Slots(1);
    slots.open(0, 7);
    slots.order = 'goAway';
    assert.equal(slots.isCut(0), false);
    slots.order = 'cut';
    assert.equal(slots.isCut(0), true);
  });

  test('never let a thread close a descriptor while the accept thread uses it', async () => {
    const slots = new Slots(1);
    const cells = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
    // 0: the descriptor is being closed; 1: closed while in use; 2: the thread has finished.
    const program = `
      import { workerData } from 'node:worker_threads';
      import { Slots } from ${JSON.stringify(new URL('./slots.ts', import.meta.url).href)};
      const slots = new Slots(workerData.memory);
      for (let round = 1; round <= 20_000; round += 1) {
        slots.open(0, round);
        slots.close(0, () => {
          Atomics.store(workerData.cells, 0, 1);
          for (let spin = 0; spin < 50; spin += 1) Atomics.load(workerData.cells, 0);
          Atomics.store(workerData.cells, 0, 0);
        });
      }
      Atomics.store(workerData.cells, 2, 1);
    `;
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
      workerData: { memory: slots.memory, cells },
    });
    const exited = once(thread, 'exit');
    await once(thread, 'online');
    let uses = 0;
    while (Atomics.load(cells, 2) === 0) {
      slots.whileOpen(0, () => {
        uses += 1;
        for (let spin = 0; spin < 50; spin += 1) if (Atomics.load(cells, 0) === 1) Atomics.add(cells, 1, 1);
      });
    }
    await exited;
    assert.ok(uses > 0, 'both threads used the slot at the same time');
    assert.equal(Atomics.load(cells, 1), 0);
  });
});
