import { createServer, type Server, type Socket } from 'node:net';
import { Counters } from '../work/counters.ts';
import { createWork } from '../work/work.ts';
import { Deadlines } from './deadlines.ts';
import { listenOnAll } from './listen.ts';
import type { ListenSettings, RunningServer } from './model.ts';

/**
 * The event loop: one thread does everything. It waits for all connections at once (epoll), and works on whichever
 * has bytes.
 */
export async function serveAsync(settings: ListenSettings): Promise<RunningServer> {
  const counters = new Counters();
  const work = createWork(settings.work, counters);
  const sockets = new Set<Socket>();
  const deadlines = new Deadlines<Socket>(settings.work.deadlineMilliseconds, (socket) => {
    counters.add('rejectedDeadline');
    socket.destroy();
  });

  const accept = (socket: Socket) => {
    counters.add('accepted');
    sockets.add(socket);
    work.serve({
      stream: socket,
      startDeadline: () => deadlines.start(socket),
      clearDeadline: () => deadlines.clear(socket),
      ended() {
        sockets.delete(socket);
        counters.add('released');
      },
    });
  };
  const servers: Server[] = settings.ports.map(() => createServer({ noDelay: true }, accept));
  const ports = await listenOnAll(servers, settings);

  return {
    ports,
    limitations: [],
    counters,
    threadHeapUsedBytes: () => 0,
    async stop(withinMilliseconds) {
      const { promise: allGone, resolve } = Promise.withResolvers<number>();
      for (const server of servers) server.close();
      work.goAway();
      const timer = setTimeout(() => {
        const cut = sockets.size;
        for (const socket of sockets) socket.destroy();
        resolve(cut);
      }, withinMilliseconds);
      const poll = setInterval(() => sockets.size === 0 && resolve(0), 10);
      const cut = await allGone;
      clearTimeout(timer);
      clearInterval(poll);
      deadlines.close();
      return cut;
    },
    exitNow: (status) => process.exit(status),
  };
}
