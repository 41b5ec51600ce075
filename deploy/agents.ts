import { canRunServices } from './checks.ts';
import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { scriptLine, shellLine } from './shell.ts';
import { describeUnit, showWords, unitWords } from './unit.ts';

export interface AgentsOptions {
  /** See Release. */
  run: string;
  memoryMaxBytes?: number | undefined;
  /** The folder of the release that they are of. */
  release: string;
}

/** How agents of one run are spoken to on another machine. */
export interface Agents {
  /** Starts one of this name. */
  command(name: string): readonly [string, ...string[]];
  /** How its unit failed, if it did. */
  explain(name: string): Promise<string | undefined>;
}

/** Each is a unit of the system's where that can be; else a process of the user's, with the limits that are there. */
export function agentsOf(machine: RemoteMachine, { run, memoryMaxBytes, release }: AgentsOptions): Agents {
  const { connection, facts, layout } = machine;
  const isUnit = canRunServices(facts);
  const folder = `${layout.spools}/${run}`;
  // By these words spools.ts knows an agent again.
  const words = (action: string, name: string) => [
    ...[`${release}/${releasePaths.node}`, '--disable-warning=ExperimentalWarning', `${release}/${releasePaths.agent}`],
    ...[action, '--folder', folder, '--name', name],
  ];
  const startOf = (name: string) => {
    const command = words('serve', name);
    const unit = { name: unitOf(run, name), user: String(facts.userId), memoryMaxBytes, command };
    const asUnit = isUnit ? machine.asRoot(unitWords(unit)) : undefined;
    return asUnit === undefined
      ? `{ ${shellLine(['setsid', ...command])} < /dev/null > /dev/null 2>&1 & }`
      : shellLine(asUnit);
  };
  return {
    command(name) {
      const steps = [shellLine(['mkdir', '-p', folder]), startOf(name), `exec ${shellLine(words('attach', name))}`];
      return connection.command(scriptLine(`umask 077; ${steps.join(' && ')}`));
    },
    async explain(name) {
      if (!isUnit) return undefined;
      const unit = unitOf(run, name);
      // Without a connection there is no answer, and that is told elsewhere.
      const shown = await connection.run(shellLine(showWords(unit)), { purpose: 'no unit shows' }).catch(() => '');
      return describeUnit(unit, shown);
    },
  };
}

/** A unit that failed keeps its name from others until somebody says that it was seen. @param run * for those of all. */
export async function forgetUnits(machine: RemoteMachine, run: string): Promise<void> {
  const words = machine.asRoot(['systemctl', 'reset-failed', unitOf(run, '*')]);
  if (!canRunServices(machine.facts) || words === undefined) return;
  // It fails where there is none.
  await machine.connection.attempt(words);
}

function unitOf(run: string, name: string): string {
  return `pi-websocket-bench-${run}-${name}`;
}
