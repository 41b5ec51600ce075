import type { Raise } from '../bench/host/host.ts';
import type { HeldTuning } from '../bench/tune/tune.ts';
import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine, shellLine } from './shell.ts';
import { raiseSettings, restoreSettings } from './tuning.ts';

const listStateScript = readScript('raised');
const remedy = 'log in as root there, or allow sudo without a password';

/**
 * Raises settings of the machine until they are restored or the connection is lost. Never rejects: `warnings` names what
 * could not be raised.
 */
export async function tuneMachine(
  machine: RemoteMachine,
  raises: readonly Raise[],
  signal: AbortSignal,
): Promise<HeldTuning> {
  const command = tuneCommand(machine);
  if (command === undefined) {
    return { raised: [], warnings: [`--tune raised nothing on the target: ${remedy}`], restore: async () => [] };
  }
  const restoreHint = `run "npm run deploy:restore -- ${machine.connection.target.destination}"`;
  return raiseSettings({ command, raises, signal, restoreHint });
}

/**
 * Puts back the settings that interrupted runs raised on the machine.
 *
 * @returns what could not be put back, one sentence each.
 * @throws BenchError PROCESS_FAILED when the machine does not answer. @throws Interrupted
 */
export async function restoreMachine(machine: RemoteMachine, signal: AbortSignal): Promise<string[]> {
  const { connection, layout } = machine;
  // Without a state file no run has raised anything, and root is not needed.
  const stateFiles = await connection.run(scriptLine(listStateScript, layout.tuningState), {
    purpose: 'raised settings cannot be listed',
  });
  if (!stateFiles.includes(layout.tuningState)) return [];
  const command = tuneCommand(machine, '--restore');
  if (command === undefined) return [`settings that a run raised were not put back: ${remedy}`];
  return restoreSettings({ command, signal });
}

function tuneCommand(
  { asRoot, connection, layout }: RemoteMachine,
  ...options: string[]
): readonly [string, ...string[]] | undefined {
  const words = asRoot([
    `${layout.current}/${releasePaths.node}`,
    '--disable-warning=ExperimentalWarning',
    `${layout.current}/${releasePaths.tune}`,
    ...[layout.tuningState, ...options],
  ]);
  return words && connection.command(`exec ${shellLine(words)}`);
}
