import { leastTrials } from '../stats/verdict.ts';
import type { Summary } from '../summary/summary.ts';
import { fixed, formatInterval, percent, whole, wholePercent } from '../text/format.ts';
import { conditions, limits, machines, placement, swapWarning } from './machines.ts';

/** Packages that can change a figure: servers or fleet run them, or they are timed, or they count. */
const measuringPackages = [
  'ws',
  'piscina',
  'zod',
  'autocannon',
  'esbuild',
  'typescript',
  'selfsigned',
  'hdr-histogram-js',
] as const;

/** Where the numbers are from, and warnings about them: one sentence per line, below every table. */
export function provenance(summary: Summary): string[] {
  return [...setUp(summary), ...warnings(summary)];
}

/** Machines, versions, work and plan, and how the numbers were checked. */
export function setUp(summary: Summary): string[] {
  return [...environmentLines(summary), ...trust(summary)];
}

/** Machines, programs and settings. */
export function environmentLines(summary: Summary): string[] {
  const { environment, config } = summary;
  const packages = measuringPackages.flatMap((name) => {
    const version = environment.packages[name];
    return version === undefined ? [] : [`${name} ${version}`];
  });
  const modified = environment.modified ? ' with uncommitted changes' : '';
  return [
    ...machines(summary),
    `Node ${environment.node}, V8 ${environment.v8}, OpenSSL ${environment.openssl}; TLS 1.3, X25519, ECDSA P-256, ${config.cipher}; ${packages.join(', ')}.`,
    `Messages of ${whole(config.messageBytes)} bytes, one per client ${formatInterval(config.intervalMilliseconds)}.`,
    ...placement(summary),
    ...limits(summary),
    ...conditions(summary),
    `Profile ${config.profile}, ${trials(summary)}; ${summary.startedAt}${environment.commit === undefined ? '' : `, commit ${environment.commit}${modified}`}.`,
    ...statistics(config),
  ];
}

/** What went wrong, or may have gone wrong. */
export function warnings(summary: Summary): string[] {
  return [
    ...disorder(summary),
    ...[...swapWarning(summary), ...summary.warnings].map((warning) => `Warning: ${warning}.`),
  ];
}

export function disorder({ outcome }: Pick<Summary, 'outcome'>): string[] {
  return outcome === 'complete'
    ? []
    : [`This run did not complete (${outcome}): figures that are missing were not measured.`];
}

function trials({ config, audit }: Summary): string {
  if (config.trials === 1) return '1 trial, so no spread and no verdict';
  const order = isUnaudited({ audit }) ? '' : ` in an order drawn by seed ${config.seed}`;
  return `${config.trials} trials${order}`;
}

function statistics({ trials, equivalenceMargin }: Summary['config']): string[] {
  if (trials === 1) return [];
  return [
    'Each figure is the median of its trials ± the largest distance of a trial from it.',
    `Verdicts come from 95 % bootstrap intervals of the ratio of medians, with a margin of ${percent(equivalenceMargin)}, and need ${leastTrials} trials.`,
  ];
}

/** A record of version 2: its release did not audit trials, did not draw their order, and lacked the options for both. */
export function isUnaudited({ audit }: Pick<Summary, 'audit'>): boolean {
  return audit.trials > 0 && audit.checks === 0;
}

/** Checks of the numbers that the run left out. */
export function untrusted({ audit, calibration }: Summary): string[] {
  if (audit.trials === 0) return [];
  if (isUnaudited({ audit }))
    return ['Neither audited nor calibrated: the release that made this record could do neither.'];
  return calibration === undefined ? ['Not calibrated: the run left that phase out.'] : [];
}

/** How the numbers were checked. */
export function trust(summary: Summary): string[] {
  const { audit, calibration, conditions } = summary;
  const { agentCpuShare } = conditions;
  if (isUnaudited(summary)) return untrusted(summary);
  const lines: string[] = [];
  if (audit.trials > 0) {
    const voided = audit.void === 0 ? 'no trial was void' : `${audit.void} void and not counted`;
    lines.push(
      `Audit: ${audit.trials} ${audit.trials === 1 ? 'trial' : 'trials'}, ${audit.checks} checks met; ${voided}.`,
    );
  }
  if (calibration !== undefined) lines.push(`Calibration: ${describeCalibration(calibration)}.`);
  lines.push(...untrusted(summary));
  if (agentCpuShare !== undefined) {
    lines.push(`Watching the servers took ${fixed(agentCpuShare * 100, 2)} % of a core of their machine.`);
  }
  return lines;
}

function describeCalibration({ fleet, stall, largestShare }: NonNullable<Summary['calibration']>): string {
  const most =
    'absent' in fleet
      ? `what a fleet process can send is not known (${fleet.absent})`
      : `a fleet process can send ${fleet.limitedBy === undefined ? '≥ ' : ''}${whole(fleet.messagesPerSecond)} messages a second to a server that discards them`;
  const share =
    largestShare === undefined ? '' : `, and trials asked for at most ${wholePercent(largestShare)} of that`;
  const seen =
    'absent' in stall
      ? `no stall was tried (${stall.absent})`
      : `a server that was stopped for ${Math.round(stall.stallMilliseconds)} ms showed as a latency of ${Math.round(stall.correctedMaxMilliseconds)} ms in the corrected maximum and of ${fixed(stall.uncorrectedP50Milliseconds, 1)} ms in the uncorrected median`;
  return `${most}${share}; ${seen}`;
}
