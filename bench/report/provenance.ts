import type { Summary } from '../summary.ts';
import { formatInterval } from './rows.ts';

/** What the numbers are of, and what they are not: one sentence a line, below every table. */
export function provenance(summary: Summary): string[] {
  const { environment: machine, config } = summary;
  const memory = `${(machine.memoryTotalBytes / 1e9).toFixed(1)} GB`;
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  const modified = machine.modified ? ' with uncommitted changes' : '';
  return [
    `${machine.boardModel ?? machine.cpuModel}, ${machine.cpuCores} cores, ${memory}; ${machine.operatingSystem}, Linux ${machine.kernel}, ${machine.architecture}.`,
    `Node ${machine.node}, OpenSSL ${machine.openssl}; TLS 1.3, X25519, ECDSA P-256, ${config.cipher}; ${packages.join(', ')}.`,
    `Messages of ${config.messageBytes.toLocaleString('en-US')} bytes, one per client ${formatInterval(config.intervalMilliseconds)}.`,
    summary.isSameMachine
      ? 'Servers and fleet on the same machine: they share its cores, so compare the columns, not other machines.'
      : 'Fleet on another machine.',
    `Profile ${config.profile}, ${config.trials} ${config.trials === 1 ? 'trial: no spread, no verdict' : 'trials: median (lowest – highest)'}; ${summary.startedAt}${machine.commit === undefined ? '' : `, commit ${machine.commit}${modified}`}.`,
    ...(summary.outcome === 'complete'
      ? []
      : [`This run did not end in order (${summary.outcome}): what is missing was not measured.`]),
    ...summary.warnings.map((warning) => `Warning: ${warning}.`),
  ];
}
