/** Values of the argument `how` of shutdown(2), the same on Linux and macOS. */
export const endReading = 0;
export const endBoth = 2;

export interface SystemCalls {
  /** Makes a read(2) that sleeps on this descriptor, in any thread, return at once. */
  shutdown(descriptor: number, how: typeof endReading | typeof endBoth): void;
  /** Ends the process at once by _exit(2), without waiting for its threads. */
  exitNow(status: number): void;
}

/**
 * Loads the two system calls that Node lacks and that a thread asleep in read(2) makes necessary: `worker.terminate()`
 * and `process.exit()` wait for such a thread forever. `node:ffi` is experimental, but the runtime is pinned; only the
 * accept thread loads it. Returns undefined when the runtime was built without it.
 */
export function loadSystemCalls(): SystemCalls | undefined {
  // An `import` would end a server whose runtime lacks it.
  const ffi = process.getBuiltinModule('node:ffi');
  if (ffi === undefined) return undefined;
  try {
    const { functions } = ffi.dlopen(null, {
      shutdown: { arguments: ['i32', 'i32'], return: 'i32' },
      _exit: { arguments: ['i32'], return: 'void' },
    });
    return {
      // The result does not matter: a client that has already left has woken the thread itself.
      shutdown: (descriptor, how) => void functions.shutdown(descriptor, how),
      exitNow: (status) => functions._exit(status),
    };
  } catch {
    return undefined;
  }
}
