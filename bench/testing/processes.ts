import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hangMilliseconds } from '../../servers/testing/hang.ts';

/** Inherited by everything that a test starts, and by nothing else: how what was left behind is found. */
export const markVariable = 'PI_WEBSOCKET_BENCH_TEST';

export interface MarkedProcess {
  pid: number;
  command: string;
}

/** All processes alive that carry the mark in their environment, whoever their parent is by now. */
export function markedProcesses(mark: string): MarkedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // Of a process that has ended but was not waited for, nothing of both is left.
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return environment.includes(`${markVariable}=${mark}`) && command !== ''
          ? [{ pid: Number(name), command }]
          : [];
      } catch {
        // Ended meanwhile, or somebody else's.
        return [];
      }
    });
}

/** Asks until there is an answer: for what the kernel gives no event. */
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
