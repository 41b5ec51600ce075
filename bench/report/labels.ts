import type { Summary } from '../summary/summary.ts';
import type { MeasuredRun } from './measured-run.ts';

/** A label for each of several runs: the first few facts that tell them apart, or else the names of their folders. Pure. */
export function labelsOf(runs: readonly Pick<MeasuredRun, 'folder' | 'summary'>[]): string[] {
  const facts = runs.map(({ summary }) => factsOf(summary));
  const number = facts[0]?.length ?? 0;
  let labels = runs.map(() => '');
  for (let index = 0; index < number; index += 1) {
    const longer = labels.map((label, run) =>
      isOnly(label, labels) ? label : [label, facts[run]?.[index]].filter(Boolean).join(' · '),
    );
    if (distinct(longer) > distinct(labels)) labels = longer;
  }
  return numbered(
    labels.map((label, run) => {
      const folder = runs[run]?.folder ?? '';
      if (label === '') return folder;
      return isOnly(label, labels) ? label : `${label} (${folder})`;
    }),
  );
}

/** Numbers equal labels: folders in different places can have the same name. */
function numbered(labels: readonly string[]): string[] {
  return labels.map((label, run) => {
    const number = labels.slice(0, run + 1).filter((other) => other === label).length;
    return isOnly(label, labels) ? label : `${label} #${number}`;
  });
}

function isOnly(label: string, labels: readonly string[]): boolean {
  return labels.indexOf(label) === labels.lastIndexOf(label);
}

function distinct(labels: readonly string[]): number {
  return new Set(labels).size;
}

/** Facts of a run that can differ from run to run; undefined where there is nothing to say. */
function factsOf({ machines, environment, config, isSameMachine }: Summary): (string | undefined)[] {
  // With remote servers, `environment` describes the harness, so it is no fallback.
  const machine = machines?.server ?? (isSameMachine ? environment : undefined);
  const virtual = machines?.server.isVirtual === true ? ' (virtual)' : '';
  return [
    machine && `${shortName(machine.boardModel ?? machine.cpuModel)}${virtual}`,
    machine && `${Math.round(machine.memoryTotalBytes / 1e9)} GB`,
    machine?.kernel,
    `Node ${environment.node}`,
    config.cipher,
    isSameMachine ? undefined : 'fleet elsewhere',
    config.profile,
    environment.commit,
  ];
}

/** The usual name of "Raspberry Pi 4 Model B Rev 1.4" or "Intel(R) Xeon(R) Processor @ 2.90GHz". */
function shortName(model: string): string {
  return model
    .replaceAll(/\((R|TM|C)\)/gi, '')
    .replace(/ Model (\w+)( Plus)? Rev [\d.]+$/, ' $1$2')
    .replace(/ (CPU|Processor)?\s*@.*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
