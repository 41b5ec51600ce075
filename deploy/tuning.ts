import { createInterface } from 'node:readline';
import { messageOf } from '../bench/errors.ts';
import type { Raise } from '../bench/host/host.ts';
import { parseTuneLine, type TuneLine } from '../bench/tune/lines.ts';
import type { HeldTuning } from '../bench/tune/tune.ts';
import { type Program, runProgram, startProgram } from './program.ts';

const startMilliseconds = 20_000;
const endMilliseconds = 10_000;
const remedy = 'allow sudo without a password there';

export interface TuningOptions {
  /** Starts bench/tune/hold.ts as root, on this or another machine, with its stdin and stdout here. */
  command: readonly [string, ...string[]];
  signal: AbortSignal;
}

export interface RaiseOptions extends TuningOptions {
  raises: readonly Raise[];
  /** What the user can do when it is unknown whether all settings were put back: "run …". */
  restoreHint: string;
}

/**
 * Raises settings of another machine until `restore` is called. When `signal` aborts before they are raised, it puts them
 * back at once. The process there also puts them back by itself when it loses this process for any reason. Never rejects:
 * `warnings` names what could not be raised.
 */
export async function raiseSettings({ command, raises, signal, restoreHint }: RaiseOptions): Promise<HeldTuning> {
  // Neither `signal` nor Ctrl-C on the terminal may kill the process, because it must first put back and confirm.
  const tuner = startProgram(command, { detached: true });
  const lines: TuneLine[] = [];
  const answer = Promise.withResolvers<'answer' | 'end' | 'interruption' | 'silence'>();
  createInterface({ input: tuner.child.stdout }).on('line', (text) => {
    const line = parseTuneLine(text);
    if (line === undefined) return;
    lines.push(line);
    answer.resolve('answer');
  });
  const reason = tuner.finished.then(({ reason }) => reason, messageOf);
  void reason.then(() => answer.resolve('end'));
  const onAbort = () => answer.resolve('interruption');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const timer = setTimeout(() => answer.resolve('silence'), startMilliseconds);
  tuner.child.stdin.write(`${JSON.stringify({ raises })}\n`);
  const outcome = await answer.promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);

  const [tuned] = lines;
  if (outcome === 'answer' && tuned?.type === 'tuned') {
    const { raised, warnings } = tuned;
    return { raised, warnings, restore: () => putBack(tuner, lines, restoreHint) };
  }
  if (outcome === 'end') return nothing(`--tune raised nothing (${await reason}): ${remedy}`);
  const warnings = await putBack(tuner, lines, restoreHint);
  return outcome === 'interruption'
    ? nothing(...warnings)
    : nothing(`--tune raised nothing: no answer came within ${startMilliseconds / 1_000} s`, ...warnings);
}

/**
 * Puts back the settings that killed runs raised: `command` has the option `--restore`.
 *
 * @returns what could not be put back, one sentence each. @throws Interrupted
 */
export async function restoreSettings({ command, signal }: TuningOptions): Promise<string[]> {
  const { stdout, reason } = await runProgram(command, signal);
  const restored = stdout.split('\n').map(parseTuneLine).find(isRestored);
  return restored?.warnings ?? [`settings that a run raised were not put back (${reason}): ${remedy}`];
}

async function putBack({ child, finished }: Program, lines: TuneLine[], restoreHint: string): Promise<string[]> {
  child.stdin.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), endMilliseconds);
  const reason = await finished.then(({ reason }) => reason, messageOf);
  clearTimeout(timer);
  const restored = lines.find(isRestored);
  return restored?.warnings ?? [`it is unknown whether all settings were put back (${reason}): ${restoreHint}`];
}

function isRestored(line: TuneLine | undefined): line is Extract<TuneLine, { type: 'restored' }> {
  return line?.type === 'restored';
}

function nothing(...warnings: string[]): HeldTuning {
  return { raised: [], warnings, restore: async () => [] };
}
