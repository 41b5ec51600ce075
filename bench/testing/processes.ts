import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hangMilliseconds } from '../../servers/testing/hang.ts';

/** Variable that everything started by a test inherits, and nothing else does, so that leftovers can be found. */
export const markVariable = 'PI_WEBSOCKET_BENCH_TEST';

export interface MarkedProcess {
  pid: number;
  command: string;
}

/** All live processes with the mark in their environment, even after their parent has ended. */
export function markedProcesses(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // Both files of a zombie are empty.
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return environment.includes(`${markVariable}=${mark}`) && command !== ''
          ? [{ pid: Number(name), command }]
          : [];
      } catch {
        // The process has ended meanwhile, or belongs to another user.
        return [];
      }
    });
}

/** Polls until `look` returns a value, for changes without an event. @throws Error after the time-out */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false,
  withinMilliseconds = hangMilliseconds,
): Promise<Value> {
  for (const end = performance.now() + withinMilliseconds; ; await sleep(20)) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMilliseconds} ms`);
  }
}
