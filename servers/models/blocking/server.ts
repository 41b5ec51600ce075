import { createServer, type Server, type Socket } from 'node:net';
import { extname, join } from 'node:path';
import type { ResourceLimits } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Counters } from '../../work/counters.ts';
import { listenOnAll } from '../listen.ts';
import type { ListenSettings, RunningServer } from '../model.ts';
import { cutMilliseconds, until } from '../stopping.ts';
import type { ConnectionTask, ThreadData } from './connection.ts';
import { Slots } from './slots.ts';
import { endBoth, endReading, loadSystemCalls } from './system-calls.ts';

const sweepMilliseconds = 500;

const isBundle = extname(import.meta.filename) !== '.ts';
/**
 * Program of a connection thread. In a bundle it lies beside this file and contains Piscina's own worker, whose name
 * `worker.js` it has.
 */
const threadFile = join(import.meta.dirname, isBundle ? 'worker.js' : 'connection.ts');
/**
 * Megabytes of old generation for the program: more than twice its size of 7 MB in a bundle, or 16 MB in single files
 * whose types Node strips.
 */
const programMegabytes = isBundle ? 16 : 36;

/**
 * V8's limits for a thread that serves one client; the defaults are made for a whole program. With a small young
 * generation the thread returns garbage after a few messages, and the old generation needs room for the program and
 * some copies of one message.
 */
function threadLimits(messageBytes: number): ResourceLimits {
  const messagesMegabytes = Math.ceil((32 * messageBytes) / 1_048_576);
  return { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: programMegabytes + messagesMegabytes };
}

const limitationWithoutSystemCalls =
  'this runtime has no node:ffi: deadlines are not kept while a thread sleeps in read, and a stop cuts every client';

/**
 * Thread per connection: the main thread accepts and hands each connection to a thread of its own, which sleeps in
 * read(2) until its client sends something.
 */
export async function serveBlocking(settings: ListenSettings): Promise<RunningServer> {
  const counters = new Counters();
  const slots = new Slots(settings.maxThreads);
  const systemCalls = loadSystemCalls();
  const taken = new Set<number>();
  const freeSlots = Array.from({ length: settings.maxThreads }, (_, index) => settings.maxThreads - 1 - index);
  const threadData: ThreadData = {
    work: settings.work,
    counterMemory: counters.memory,
    slotMemory: slots.memory,
    timeOrigin: performance.timeOrigin,
  };
  const pool = new Piscina({
    filename: threadFile,
    workerData: threadData,
    minThreads: 0,
    maxThreads: settings.maxThreads,
    concurrentTasksPerWorker: 1,
    // A connection waits here while its thread is starting.
    maxQueue: settings.maxThreads,
    idleTimeout: Number.POSITIVE_INFINITY,
    // With atomics an idle thread would sleep outside the event loop and keep the memory of its last client.
    atomics: 'disabled',
    recordTiming: false,
    trackUnmanagedFds: false,
    resourceLimits: threadLimits(settings.work.messageBytes),
  });
  const failures = new Set<string>();
  const threadFailed = (error: unknown) => {
    counters.add('threadFailures');
    // Prints each kind once, because thousands of threads may fail in the same way.
    const words = String(error);
    if (failures.has(words)) return;
    failures.add(words);
    process.stderr.write(`a connection thread failed: ${words}\n`);
  };
  pool.on('error', threadFailed);

  const accept = (socket: Socket) => {
    counters.add('accepted');
    const slot = freeSlots.pop();
    if (slot === undefined) {
      counters.add('refused');
      counters.add('released');
      socket.destroy();
      return;
    }
    // The deadline starts here, so that it includes the time that the connection waits for its thread.
    slots.take(slot, performance.now() + settings.work.deadlineMilliseconds);
    taken.add(slot);
    const task: ConnectionTask = { socket, slot };
    pool
      .run(task, { transferList: transferList(socket) })
      .catch((error: unknown) => {
        threadFailed(error);
        socket.destroy();
      })
      .finally(() => {
        counters.add('released');
        taken.delete(slot);
        freeSlots.push(slot);
      });
  };
  const servers: Server[] = settings.ports.map(() => createServer({ noDelay: true, pauseOnConnect: true }, accept));
  const ports = await listenOnAll(servers, settings);

  const wake = (slot: number, how: typeof endReading | typeof endBoth) => {
    slots.whileOpen(slot, (descriptor) => systemCalls?.shutdown(descriptor, how));
  };
  const sweep = setInterval(() => {
    for (const slot of taken) {
      if (!slots.takeMissed(slot, performance.now())) continue;
      counters.add('rejectedDeadline');
      // A thread that is still starting cuts the connection itself, as soon as it receives it.
      wake(slot, endBoth);
    }
  }, sweepMilliseconds);

  return {
    ports,
    limitations: systemCalls === undefined ? [limitationWithoutSystemCalls] : [],
    counters,
    threadHeapUsedBytes: () => slots.heapUsedBytes(taken),
    async stop(withinMilliseconds) {
      if (systemCalls === undefined) return undefined;
      for (const server of servers) server.close();
      slots.order = 'goAway';
      for (const slot of taken) wake(slot, endReading);
      await until(() => taken.size === 0, withinMilliseconds - cutMilliseconds);
      const cut = taken.size;
      slots.order = 'cut';
      for (const slot of taken) wake(slot, endBoth);
      await until(() => taken.size === 0, cutMilliseconds);
      clearInterval(sweep);
      return cut;
    },
    exitNow: (status) =>
      systemCalls === undefined ? process.kill(process.pid, 'SIGKILL') : systemCalls.exitNow(status),
  };
}

/**
 * Piscina 5.3 derives this type from a signature that @types/node 26 has reordered, and so asks for an options object
 * where its code takes only an array.
 */
function transferList(socket: Socket): NonNullable<Parameters<Piscina['run']>[1]>['transferList'] {
  return [socket] as unknown as NonNullable<Parameters<Piscina['run']>[1]>['transferList'];
}
