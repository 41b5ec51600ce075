import { createInterface } from 'node:readline';
import { messageOf } from '../bench/errors.ts';
import type { Raise } from '../bench/host/host.ts';
import { parseTuneLine, type TuneLine } from '../bench/tune/lines.ts';
import type { HeldTuning } from '../bench/tune/tune.ts';
import { type Program, runProgram, startProgram } from './program.ts';

const startMilliseconds = 20_000;
const endMilliseconds = 10_000;
const remedy = 'it takes sudo without a password there';

export interface TuningOptions {
  /** Starts bench/tune/hold.ts on some machine as root, with its stdin and stdout here. */
  command: readonly [string, ...string[]];
  signal: AbortSignal;
}

export interface HoldOptions extends TuningOptions {
  raises: readonly Raise[];
  /** What to do where nobody knows whether all was put back: "run …". */
  restoreHint: string;
}

/**
 * Raises settings of another machine, which puts them back itself when it hears no more of this process, whatever the
 * reason. Never throws: what was not raised, the warnings tell. When `signal` says so meanwhile, nothing stays raised.
 */
export async function holdTuning({ command, raises, signal, restoreHint }: HoldOptions): Promise<HeldTuning> {
  // Not to be killed by `signal`, nor by Ctrl-C on the terminal: it has to put back first, and to say so.
  const holder = startProgram(command, { detached: true });
  const lines: TuneLine[] = [];
  const answer = Promise.withResolvers<'answer' | 'end' | 'interruption' | 'silence'>();
  createInterface({ input: holder.child.stdout }).on('line', (text) => {
    const line = parseTuneLine(text);
    if (line === undefined) return;
    lines.push(line);
    answer.resolve('answer');
  });
  const reason = holder.finished.then(({ reason }) => reason, messageOf);
  void reason.then(() => answer.resolve('end'));
  const onAbort = () => answer.resolve('interruption');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const timer = setTimeout(() => answer.resolve('silence'), startMilliseconds);
  holder.child.stdin.write(`${JSON.stringify({ raises })}\n`);
  const heard = await answer.promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);

  const [tuned] = lines;
  if (heard === 'answer' && tuned?.type === 'tuned') {
    const { raised, warnings } = tuned;
    return { raised, warnings, restore: () => putBack(holder, lines, restoreHint) };
  }
  if (heard === 'end') return nothing(`--tune raised nothing (${await reason}): ${remedy}`);
  const warnings = await putBack(holder, lines, restoreHint);
  return heard === 'interruption'
    ? nothing(...warnings)
    : nothing(`--tune raised nothing: no answer came within ${startMilliseconds / 1_000} s`, ...warnings);
}

/** Puts back what a run that was killed has raised, by tune-hold's `--restore`. @returns as `HeldTuning.restore`. @throws Interrupted */
export async function restoreTuning({ command, signal }: TuningOptions): Promise<string[]> {
  const { stdout, reason } = await runProgram(command, signal);
  const restored = stdout.split('\n').map(parseTuneLine).find(isRestored);
  return restored?.warnings ?? [`what a run has raised was not put back (${reason}): ${remedy}`];
}

async function putBack({ child, finished }: Program, lines: TuneLine[], restoreHint: string): Promise<string[]> {
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), endMilliseconds);
  const reason = await finished.then(({ reason }) => reason, messageOf);
  clearTimeout(timer);
  return lines.find(isRestored)?.warnings ?? [`nobody has heard that all was put back (${reason}): ${restoreHint}`];
}

function isRestored(line: TuneLine | undefined): line is Extract<TuneLine, { type: 'restored' }> {
  return line?.type === 'restored';
}

function nothing(...warnings: string[]): HeldTuning {
  return { raised: [], warnings, restore: async () => [] };
}
