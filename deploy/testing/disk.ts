import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toUndo } from '../../bench/testing/surroundings.ts';

/** Mounts a file system of this size until it is disposed of; undefined where that is not allowed. */
export function mountDisk(bytes: number): (Disposable & { path: string }) | undefined {
  const path = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]).status === 0;
  const undo = toUndo(() => {
    // --lazy also unmounts while a process that is ending still uses it.
    if (isMounted) spawnSync('umount', ['--lazy', path]);
    rmSync(path, { recursive: true, force: true });
  });
  if (isMounted) return { path, [Symbol.dispose]: () => undo[Symbol.dispose]() };
  undo[Symbol.dispose]();
  return undefined;
}
