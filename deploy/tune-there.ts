import type { Raise } from '../bench/host/host.ts';
import type { HeldTuning } from '../bench/tune/tune.ts';
import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine, shellLine } from './shell.ts';
import { holdTuning, restoreTuning } from './tuning.ts';

/** What runs say they have raised, a file each (bench/tune/state.ts). */
const raisedScript = readScript('raised');
const noRoot = 'it takes root there, or sudo without a password';

/** Raises settings of that machine for as long as this process lives. Never throws: see holdTuning. */
export async function tuneThere(
  machine: RemoteMachine,
  raises: readonly Raise[],
  signal: AbortSignal,
): Promise<HeldTuning> {
  const command = tuneCommand(machine);
  if (command === undefined) {
    return { raised: [], warnings: [`--tune raised nothing on the target: ${noRoot}`], restore: async () => [] };
  }
  const restoreHint = `run "npm run deploy:restore -- ${machine.connection.target.destination}"`;
  return holdTuning({ command, raises, signal, restoreHint });
}

/** Puts back what a run that broke off has raised there. @returns what could not be put back, a sentence each. */
export async function restoreThere(machine: RemoteMachine, signal: AbortSignal): Promise<string[]> {
  const { connection, layout } = machine;
  // Nobody has raised anything where nothing says so.
  const claims = await connection.run(scriptLine(raisedScript, layout.tuned), {
    purpose: 'what was raised cannot be seen',
  });
  if (!claims.includes(layout.tuned)) return [];
  const command = tuneCommand(machine, '--restore');
  if (command === undefined) return [`what a run has raised was not put back: ${noRoot}`];
  return restoreTuning({ command, signal });
}

function tuneCommand(
  { asRoot, connection, layout }: RemoteMachine,
  ...more: string[]
): readonly [string, ...string[]] | undefined {
  const words = asRoot([
    `${layout.current}/${releasePaths.node}`,
    '--disable-warning=ExperimentalWarning',
    `${layout.current}/${releasePaths.tune}`,
    ...[layout.tuned, ...more],
  ]);
  return words && connection.command(`exec ${shellLine(words)}`);
}
