import { canRunServices } from './checks.ts';
import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { scriptLine, shellLine } from './shell.ts';
import { describeUnitFailure, systemctlShowWords, systemdRunWords } from './unit.ts';

export interface RemoteAgentsOptions {
  /** Unique key of the run, as in `Release`. */
  run: string;
  /** Memory limit of each agent with its server. Absent: none. */
  memoryMaxBytes?: number | undefined;
  /** The release's folder on the machine. */
  release: string;
}

/** Commands for the agents of one run on another machine. */
export interface RemoteAgents {
  /** The command that starts the agent with this name, and connects its stdin and stdout to this machine. */
  command(name: string): readonly [string, ...string[]];
  /** How the agent's systemd unit failed, as a sentence; undefined when it did not fail or there is no unit. */
  explain(name: string): Promise<string | undefined>;
}

/** Runs each agent as a system unit where that is possible; otherwise as a process of the user, with the user's limits. */
export function remoteAgents(
  machine: RemoteMachine,
  { run, memoryMaxBytes, release }: RemoteAgentsOptions,
): RemoteAgents {
  const { connection, facts, layout } = machine;
  const isUnit = canRunServices(facts);
  const folder = `${layout.spools}/${run}`;
  // scripts/agents.sh recognizes an agent by these words in its command line.
  const words = (action: string, name: string) => [
    ...[`${release}/${releasePaths.node}`, '--disable-warning=ExperimentalWarning', `${release}/${releasePaths.agent}`],
    ...[action, '--folder', folder, '--name', name],
  ];
  const startLine = (name: string) => {
    const command = words('serve', name);
    const unit = { name: unitName(run, name), user: String(facts.userId), memoryMaxBytes, command };
    const asUnit = isUnit ? machine.asRoot(systemdRunWords(unit)) : undefined;
    return asUnit === undefined
      ? `{ ${shellLine(['setsid', ...command])} < /dev/null > /dev/null 2>&1 & }`
      : shellLine(asUnit);
  };
  return {
    command(name) {
      const steps = [shellLine(['mkdir', '-p', folder]), startLine(name), `exec ${shellLine(words('attach', name))}`];
      return connection.command(scriptLine(`umask 077; ${steps.join(' && ')}`));
    },
    async explain(name) {
      if (!isUnit) return undefined;
      const unit = unitName(run, name);
      // A lost connection gives no answer, and is reported elsewhere.
      const shown = await connection
        .run(shellLine(systemctlShowWords(unit)), { purpose: `the unit ${unit} cannot be read` })
        .catch(() => '');
      return describeUnitFailure(unit, shown);
    },
  };
}

/**
 * Resets the failed units of a run, because systemd reserves the name of a failed unit until it is reset.
 *
 * @param run key of the run; * for all runs.
 * @throws BenchError PROCESS_FAILED when the machine cannot be reached.
 */
export async function resetFailedUnits(machine: RemoteMachine, run: string): Promise<void> {
  const words = machine.asRoot(['systemctl', 'reset-failed', unitName(run, '*')]);
  if (!canRunServices(machine.facts) || words === undefined) return;
  // Fails where no unit has this name.
  await machine.connection.attempt(words);
}

function unitName(run: string, agent: string): string {
  return `pi-websocket-bench-${run}-${agent}`;
}
