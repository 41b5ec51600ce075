import type { MeasuredRun } from '../measured-run.ts';

/** The source of the numbers, one line per run: machine, Node, date and commit. Pure. */
export function sourceLine(runs: readonly MeasuredRun[]): string {
  return runs.map(describe).join('\n');
}

function describe({ label, summary }: MeasuredRun): string {
  const { environment, machines, isSameMachine, startedAt, outcome } = summary;
  // With remote servers, `environment` describes the harness, so it is no fallback.
  const machine = machines?.server ?? (isSameMachine ? environment : undefined);
  const virtual = machines?.server.isVirtual === true ? ' (a virtual machine)' : '';
  const modified = environment.modified === true ? ' with uncommitted changes' : '';
  const parts = [
    machine === undefined ? 'a machine not described' : `${nameOf(machine)}${virtual}, ${coresOf(machine)}`,
    isSameMachine ? 'fleet on the same machine' : 'fleet on another machine',
    `Node ${environment.node}`,
    startedAt.slice(0, 10),
    ...(environment.commit === undefined ? [] : [`commit ${environment.commit}${modified}`]),
    ...(outcome === 'complete' ? [] : [`not complete (${outcome})`]),
  ];
  return `${label}: ${parts.join('; ')}.`;
}

type Machine = MeasuredRun['summary']['environment'] | NonNullable<MeasuredRun['summary']['machines']>['server'];

function nameOf({ boardModel, cpuModel }: Machine): string {
  return boardModel ?? cpuModel;
}

function coresOf({ cpuCores }: Machine): string {
  return `${cpuCores} ${cpuCores === 1 ? 'core' : 'cores'}`;
}
