import type { MeasuredRun } from '../measured-run.ts';

/** Where the numbers are from: one line a run. Pure. */
export function sourceLine(runs: readonly MeasuredRun[]): string {
  return runs.map(describe).join('\n');
}

function describe({ label, summary }: MeasuredRun): string {
  const { environment, machines, isSameMachine, startedAt, outcome } = summary;
  const machine = machines?.server ?? environment;
  const virtual = machines?.server.isVirtual === true ? ' (a virtual machine)' : '';
  const cores = `${machine.cpuCores} ${machine.cpuCores === 1 ? 'core' : 'cores'}`;
  const modified = environment.modified === true ? ' with uncommitted changes' : '';
  const parts = [
    `${machine.boardModel ?? machine.cpuModel}${virtual}, ${cores}`,
    isSameMachine ? 'fleet on the same machine' : 'fleet on another machine',
    `Node ${environment.node}`,
    startedAt.slice(0, 10),
    ...(environment.commit === undefined ? [] : [`commit ${environment.commit}${modified}`]),
    ...(outcome === 'complete' ? [] : [`not complete (${outcome})`]),
  ];
  return `${label}: ${parts.join('; ')}.`;
}
