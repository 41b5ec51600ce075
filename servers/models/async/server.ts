import { createServer, type Server, type Socket } from 'node:net';
import { Counters } from '../../work/counters.ts';
import { createWork } from '../../work/work.ts';
import { Deadlines } from '../deadlines.ts';
import { listenOnAll } from '../listen.ts';
import type { ListenSettings, RunningServer } from '../model.ts';
import { cutMilliseconds, until } from '../stopping.ts';

/**
 * The event loop: one thread does everything. It waits for all connections at once (epoll), and works on those that
 * have bytes.
 */
export async function serveAsync(settings: ListenSettings): Promise<RunningServer> {
  const counters = new Counters();
  const work = createWork(settings.work, counters);
  const sockets = new Set<Socket>();
  const cutSockets = new WeakSet<Socket>();
  const cut = (socket: Socket) => {
    cutSockets.add(socket);
    socket.destroy();
  };
  const deadlines = new Deadlines<Socket>(settings.work.deadlineMilliseconds, (socket) => {
    counters.add('rejectedDeadline');
    cut(socket);
  });

  const accept = (socket: Socket) => {
    counters.add('accepted');
    sockets.add(socket);
    deadlines.start(socket);
    work.serve({
      stream: socket,
      startDeadline: () => deadlines.start(socket),
      clearDeadline: () => deadlines.clear(socket),
      isCut: () => cutSockets.has(socket),
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
      for (const server of servers) server.close();
      work.goAway();
      await until(() => sockets.size === 0, withinMilliseconds - cutMilliseconds);
      const cutCount = sockets.size;
      for (const socket of sockets) cut(socket);
      // Cut sockets count as released on later turns of the event loop.
      await until(() => sockets.size === 0, cutMilliseconds);
      deadlines.close();
      return cutCount;
    },
    exitNow: (status) => process.exit(status),
  };
}
