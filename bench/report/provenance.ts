import { leastTrials } from '../stats/verdict.ts';
import type { Summary } from '../summary/summary.ts';
import { fixed, formatInterval, whole, wholePercent } from '../text/format.ts';
import { conditions, limits, machines, placement, swapWarning } from './machines.ts';

/** Packages that bear on a number: what servers and fleet run, what is timed, and what counts. Not what draws tables. */
const bearing = [
  'ws',
  'piscina',
  'zod',
  'autocannon',
  'esbuild',
  'typescript',
  'selfsigned',
  'hdr-histogram-js',
] as const;

/** What the numbers are of, and what they are not: one sentence a line, below every table. */
export function provenance(summary: Summary): string[] {
  return [...setUp(summary), ...warnings(summary)];
}

/** Machines, versions, work and plan, and why the numbers may be believed. */
export function setUp(summary: Summary): string[] {
  return [...environmentLines(summary), ...trust(summary)];
}

/** Of what machines, programs and settings. */
export function environmentLines(summary: Summary): string[] {
  const { environment, config } = summary;
  const packages = bearing.flatMap((name) => {
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
  ];
}

/** What went wrong, or may have. */
export function warnings(summary: Summary): string[] {
  return [
    ...disorder(summary),
    ...[...swapWarning(summary), ...summary.warnings].map((warning) => `Warning: ${warning}.`),
  ];
}

export function disorder({ outcome }: Pick<Summary, 'outcome'>): string[] {
  return outcome === 'complete'
    ? []
    : [`This run did not end in order (${outcome}): what is missing was not measured.`];
}

function trials({ config, audit }: Summary): string {
  if (config.trials === 1) return '1 trial: no spread, no verdict';
  const margin = Number((config.equivalenceMargin * 100).toPrecision(3));
  const order = isUnaudited({ audit }) ? '' : ` in an order drawn by seed ${config.seed}`;
  return `${config.trials} trials${order}: median ± the trial furthest from it; verdicts from 95 % bootstrap intervals of the ratio of medians, with a margin of ${margin} %, from ${leastTrials} trials on`;
}

/** A record of version 2: its release neither audited a trial, nor drew their order, nor knew the options for that. */
export function isUnaudited({ audit }: Pick<Summary, 'audit'>): boolean {
  return audit.trials > 0 && audit.checks === 0;
}

/** What was not done that numbers are believed for. */
export function untrusted({ audit, calibration }: Summary): string[] {
  if (audit.trials === 0) return [];
  if (isUnaudited({ audit })) return ['Neither audited nor calibrated: the release that made this record did neither.'];
  return calibration === undefined ? ['Not calibrated: that was left out.'] : [];
}

/** Why the numbers may be believed. */
export function trust(summary: Summary): string[] {
  const { audit, calibration, conditions } = summary;
  const { agentCpuShare } = conditions;
  if (isUnaudited(summary)) return untrusted(summary);
  const lines: string[] = [];
  if (audit.trials > 0) {
    const voided = audit.void === 0 ? 'none was void' : `${audit.void} void, and not counted`;
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
  const share = largestShare === undefined ? '' : `, of which ${wholePercent(largestShare)} were asked for at most`;
  const seen =
    'absent' in stall
      ? `a stall was not tried (${stall.absent})`
      : `a server stopped for ${Math.round(stall.stallMilliseconds)} ms showed as ${Math.round(stall.correctedMaxMilliseconds)} ms in the corrected maximum and ${fixed(stall.uncorrectedP50Milliseconds, 1)} ms in the uncorrected median`;
  return `${most}${share}; ${seen}`;
}
