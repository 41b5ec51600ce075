import type { WriteStream } from 'node:tty';
import { plainProgress } from './plain.ts';
import type { Progress } from './progress.ts';
import { terminalProgress } from './terminal.ts';

/** @param isQuiet nothing but warnings is told. */
export function createProgress(stream: WriteStream, isQuiet: boolean): Progress {
  const now = () => performance.now();
  const write = (line: string) => void stream.write(`${line}\n`);
  if (isQuiet) return quietProgress(write);
  return isTerminal(stream, process.env.TERM) ? terminalProgress(stream, now) : plainProgress(write, now);
}

/** One whose cursor can be moved, and that knows how large it is: a serial line may not. Pure. */
export function isTerminal(
  { isTTY, columns, rows }: Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>,
  kind: string | undefined,
): boolean {
  return isTTY && kind !== 'dumb' && columns > 0 && rows > 0;
}

/** For scripts: what went wrong is all that is told. */
export function quietProgress(write: (line: string) => void): Progress {
  const nothing = () => {};
  return {
    ...{ plan: nothing, begin: nothing, end: nothing, phase: nothing, live: nothing, show: nothing, close: nothing },
    warn: (text) => write(`warning: ${text}`),
  };
}
