import { isMainThread } from 'node:worker_threads';

/**
 * NODE_OPTIONS loads this module into every Node process of a run. A process that receives SIGUSR2 then misbehaves in the
 * way that the environment names.
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
  /** Reads no more bytes from its clients, and still reports on time. */
  stopReading() {
    for (const { _handle: handle } of openSockets()) handle?.readStop?.();
  },
  /** Makes each turn of the loop so long that messages wait for more than an interval. The loop is never idle. */
  occupyLoop() {
    const turn = () => {
      for (const end = performance.now() + 400; performance.now() < end; );
      setImmediate(turn);
    };
    turn();
  },
};

/** Everything that has a handle of libuv. Node lists them only by an undocumented function. */
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
