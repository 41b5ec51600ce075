import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { Counters } from '../../work/counters.ts';
import type { WorkSettings } from '../../work/settings.ts';
import { createWork } from '../../work/work.ts';
import { Slots } from './slots.ts';
import { BlockingSocket } from './socket.ts';

/** Data that every connection thread gets when it starts. */
export interface ThreadData {
  work: WorkSettings;
  counterMemory: SharedArrayBuffer;
  slotMemory: SharedArrayBuffer;
  /** performance.timeOrigin of the accept thread, whose clock all deadlines use. */
  timeOrigin: number;
}

/** Data that a connection thread gets with each connection. */
export interface ConnectionTask {
  socket: Socket;
  slot: number;
}

const heapReportMilliseconds = 5_000;

const data: ThreadData = workerData;
const counters = new Counters(data.counterMemory);
const slots = new Slots(data.slotMemory);
/** Created once per thread, as in the async server: a thread serves one client after another. */
const work = createWork(data.work, counters);
let goneAway = false;

/**
 * Serves one client in this thread, which sleeps in read(2) while the client is silent. Resolves when the client has
 * left.
 */
export default async function serveConnection({ socket, slot }: ConnectionTask): Promise<void> {
  let heapReportDue = 0;

  const stream = new BlockingSocket(
    socket,
    {
      isBusy: () => stream.writableLength > 0,
      beforeRead() {
        const now = millisecondsOfAcceptThread();
        if (now >= heapReportDue) {
          slots.setHeapUsed(slot, getHeapStatistics().used_heap_size);
          heapReportDue = now + heapReportMilliseconds;
        }
      },
      isCut: () => slots.isCut(slot),
      isStopping() {
        if (slots.order === 'goAway' && !goneAway) {
          goneAway = true;
          work.goAway();
        }
        return slots.order === 'goAway';
      },
    },
    () => slots.close(slot, () => socket.destroy()),
  );

  slots.open(slot, stream.descriptor);
  if (slots.order !== 'serve' || slots.isCut(slot)) {
    // The server stopped, or the deadline passed, while this thread was starting and could not be woken.
    stream.destroy();
    return;
  }
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  stream.on('error', () => {});
  work.serve({
    stream,
    startDeadline: () => slots.setDue(slot, millisecondsOfAcceptThread() + data.work.deadlineMilliseconds),
    clearDeadline: () => slots.setDue(slot, 0),
    isCut: () => slots.isCut(slot),
    ended: resolve,
  });
  await ended;
}

function millisecondsOfAcceptThread(): number {
  return performance.timeOrigin + performance.now() - data.timeOrigin;
}
