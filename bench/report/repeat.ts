import type { Config } from '../plan/config.ts';
import { contenderOf } from '../plan/contenders.ts';
import { profiles } from '../plan/profiles.ts';
import { defaultContenders } from '../plan/servers.ts';
import type { Summary } from '../summary/summary.ts';
import { isUnaudited } from './provenance.ts';

type Value = string | number;

/** What a run is told beyond its profile: an option, and how it is read out of a config. */
const options: readonly [option: string, read: (config: Config) => Value | undefined][] = [
  ['--contenders', ({ contenders }) => contenders.map((key) => contenderOf(key).server).join(',')],
  ['--only', ({ phases }) => phases.join(',')],
  ['--clients', ({ ramp }) => ramp.clients],
  ['--memory-clients', ({ memory }) => memory.clients],
  ['--interval-ms', ({ intervalMilliseconds }) => intervalMilliseconds],
  ['--message-bytes', ({ messageBytes }) => messageBytes],
  ['--cool-down-s', ({ coolDownMilliseconds }) => coolDownMilliseconds / 1_000],
  ['--margin', ({ equivalenceMargin }) => equivalenceMargin],
  ['--bracket', ({ ramp }) => ramp.bracketShare],
  ['--min-parsed', ({ criteria }) => criteria.parsedShare],
  ['--max-p99-intervals', ({ criteria }) => criteria.p99Intervals],
  ['--max-lateness', ({ criteria }) => criteria.latenessShare],
  ['--max-fleet-busy', ({ criteria }) => criteria.fleetBusyShare],
  ['--memory-guard', ({ memoryGuardShare }) => memoryGuardShare],
  ['--backlog', ({ backlog }) => backlog],
  ['--link-mbit', ({ linkMegabitsPerSecond }) => linkMegabitsPerSecond],
  ['--clients-per-process', ({ fleet }) => fleet.clientsPerProcess],
  ['--connect-timeout-s', ({ ramp }) => ramp.connectTimeoutMilliseconds / 1_000],
  ['--server-memory-mb', ({ serverMemoryBytes }) => serverMemoryBytes && serverMemoryBytes / 2 ** 20],
];

/** The command that makes a run like this one, on machines that are yours: names of hosts are left for you. Pure. */
export function repeatCommand(summary: Summary): string {
  const { config, isSameMachine, furtherFleet = [] } = summary;
  const { profile, trials, seed, cipher, ports, ramp, arrivals, pinning, compileOnTarget } = config;
  // What a profile leaves open is told below, always.
  const { linkMegabitsPerSecond: _, serverMemoryBytes: __, ...known } = config;
  const usual: Config = { ...known, ...profiles[profile], contenders: defaultContenders() };
  const isOlder = isUnaudited(summary);
  const isSaturated = arrivals.ratesPerSecond.length === 0 && usual.arrivals.ratesPerSecond.length > 0;
  const notTaken = new Set([...(isOlder ? ['--cool-down-s'] : []), ...(isSaturated ? ['--only'] : [])]);
  const words: string[] = ['--profile', profile, '--trials', String(trials)];
  if (!isOlder) words.push('--seed', String(seed));
  for (const [option, read] of options) {
    const value = read(config);
    if (value !== undefined && value !== read(usual) && !notTaken.has(option)) words.push(option, String(value));
  }
  const limitSeconds = ramp.limitMilliseconds / 1_000;
  // One that is no whole number was not asked for: it follows from the holds. Else it is told, for the holds may take more.
  if (Number.isInteger(limitSeconds) && !isSaturated) words.push('--limit-s', String(limitSeconds));
  words.push('--cipher', cipher, '--ports', String(ports));
  words.push(...ratesOf(arrivals, usual.arrivals));
  if (isSaturated) words.push('--saturate');
  if (pinning !== undefined) words.push('--pin');
  if (!isSameMachine) words.push('--target', '<user@host>');
  words.push(...furtherFleet.flatMap(() => ['--fleet', '<user@host>']));
  if (compileOnTarget === true) words.push('--compile-on-target');
  return `npm run bench:${isSaturated ? 'connect' : 'compare'} -- ${words.join(' ')}`;
}

function ratesOf({ ratesPerSecond }: Config['arrivals'], usual: Config['arrivals']): string[] {
  if (ratesPerSecond.join() === usual.ratesPerSecond.join()) return [];
  return ratesPerSecond.flatMap((rate) => ['--rate', String(rate)]);
}
