/** shutdown(2): how. The same numbers on Linux and macOS. */
export const endReading = 0;
export const endBoth = 2;

export interface SystemCalls {
  /** Makes a read(2) that sleeps on this descriptor, in whatever thread, return at once. */
  shutdown(descriptor: number, how: typeof endReading | typeof endBoth): void;
  /** Ends the process without waiting for its threads. */
  exitNow(status: number): void;
}

/**
 * What Node has no call for, and a thread asleep in read(2) cannot be reached without: `worker.terminate()` and
 * `process.exit()` wait for such a thread for ever. `node:ffi` is experimental, but the runtime is pinned; only the
 * accept thread loads it. Undefined where the runtime was built without it.
 */
export function loadSystemCalls(): SystemCalls | undefined {
  // Not by `import`, which would end a server whose runtime lacks it.
  const ffi = process.getBuiltinModule('node:ffi');
  if (ffi === undefined) return undefined;
  try {
    const { functions } = ffi.dlopen(null, {
      shutdown: { arguments: ['i32', 'i32'], return: 'i32' },
      _exit: { arguments: ['i32'], return: 'void' },
    });
    return {
      // The result does not matter: a client that has left already has woken the thread itself.
      shutdown: (descriptor, how) => void functions.shutdown(descriptor, how),
      exitNow: (status) => functions._exit(status),
    };
  } catch {
    return undefined;
  }
}
