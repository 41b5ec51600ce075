import type { WriteStream } from 'node:tty';
import type { Progress } from '../progress.ts';
import { plainProgress } from './plain.ts';
import { terminalProgress } from './terminal.ts';

/** @param isQuiet nothing but warnings is told. */
export function createProgress(stream: WriteStream, isQuiet: boolean): Progress {
  const now = () => performance.now();
  const write = (line: string) => void stream.write(`${line}\n`);
  if (isQuiet) return quietProgress(write);
  return isTerminal(stream) ? terminalProgress(stream, now) : plainProgress(write, now);
}

/** One whose cursor can be moved; a serial line may not know how large it is. */
function isTerminal({ isTTY, columns, rows }: WriteStream): boolean {
  return isTTY && process.env.TERM !== 'dumb' && columns > 0 && rows > 0;
}

export function quietProgress(write: (line: string) => void): Progress {
  const nothing = () => {};
  return {
    ...{ plan: nothing, begin: nothing, end: nothing, phase: nothing, live: nothing, show: nothing, close: nothing },
    warn: (text) => write(`warning: ${text}`),
  };
}
