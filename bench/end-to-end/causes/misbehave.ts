import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded, by NODE_OPTIONS, into every Node process of a run. Whichever is then sent SIGUSR2 misbehaves as the
 * environment says.
 */
const ways = {
  crash() {
    process.stderr.write('the last words\n');
    process.abort();
  },
  end() {
    process.stderr.write('the last words\n');
    process.exit(3);
  },
  /** Takes no byte any more from the clients that it has, and says so as it says everything: on time. */
  stopReading() {
    for (const { _handle: handle } of openSockets()) handle?.readStop?.();
  },
  /** Turn after turn takes so long that messages wait for more than an interval, and the loop is never idle. */
  occupyLoop() {
    const turn = () => {
      for (const end = performance.now() + 400; performance.now() < end; );
      setImmediate(turn);
    };
    turn();
  },
};

/** All that has a handle of libuv's; Node tells of them only inofficially. */
function openSockets(): { _handle?: { readStop?(): void } | null }[] {
  return '_getActiveHandles' in process && typeof process._getActiveHandles === 'function'
    ? process._getActiveHandles()
    : [];
}

export type Way = keyof typeof ways;
const variable = 'PI_WEBSOCKET_BENCH_MISBEHAVE';

export function misbehaving(way: Way): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${import.meta.filename}`, [variable]: way };
}

const way = Object.entries(ways).find(([name]) => name === process.env[variable]);
if (isMainThread && way !== undefined) process.once('SIGUSR2', way[1]);
