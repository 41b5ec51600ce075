import type { WriteStream } from 'node:tty';
import { plainProgress } from './plain.ts';
import type { Progress } from './progress.ts';
import { terminalProgress } from './terminal.ts';

/** @param isQuiet shows only warnings */
export function createProgress(stream: WriteStream, isQuiet: boolean): Progress {
  const now = () => performance.now();
  const write = (line: string) => void stream.write(`${line}\n`);
  if (isQuiet) return quietProgress(write);
  return isTerminal(stream, process.env.TERM) ? terminalProgress(stream, now) : plainProgress(write, now);
}

/** True for a terminal with a movable cursor and a known size, which a serial line may lack. Pure. */
export function isTerminal(
  { isTTY, columns, rows }: Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>,
  kind: string | undefined,
): boolean {
  return isTTY && kind !== 'dumb' && columns > 0 && rows > 0;
}

/** For scripts: shows only warnings. */
export function quietProgress(write: (line: string) => void): Progress {
  const nothing = () => {};
  return {
    ...{ plan: nothing, begin: nothing, end: nothing, phase: nothing, live: nothing, show: nothing, close: nothing },
    warn: (text) => write(`warning: ${text}`),
  };
}
