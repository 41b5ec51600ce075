import type { ContenderKey } from '../plan/contenders.ts';
import { ratioDigits, whole } from '../text/format.ts';
import type { Raise } from '../tune/settings.ts';
import { costOf } from './costs.ts';
import { descriptors, threads } from './count-resources.ts';
import { addressSpace, memory } from './memory-resources.ts';
import { network } from './network-resources.ts';
import { type Remedy, raiseSysctl } from './remedy.ts';
import type { Plan, Resource, Unit } from './resource.ts';

/** The most clients that a plan may ask for (configSchema). A limit that allows this many binds no plan. */
export const mostClients = 1_000_000;
/** A backlog for handshakes that arrive together. The default of Linux was 128 before 5.4, and is 4,096 since. */
const leastBacklog = 1_024;

export interface Ceiling extends Pick<Resource, 'name' | 'host' | 'unit' | 'current'> {
  limit: number;
  /** The total for the planned clients, including what is in use already. */
  needed: number;
  /** The most clients that this limit allows; `mostClients` when it binds no plan. */
  maxClients: number;
  /** The command that raises the limit, or a sentence where no command can. */
  remedy: string;
  remedyIsCommand: boolean;
  /** Present where `--tune` can raise it. */
  raise?: Raise;
  /** The amount per client is a guess, because this server was never measured. */
  isGuess?: true;
}

/** A setting that binds no number of clients and yet makes some fail. */
export interface Advice extends Pick<Ceiling, 'host' | 'remedy' | 'remedyIsCommand' | 'raise'> {
  sentence: string;
}

export interface Preflight {
  contender: ContenderKey;
  sending: boolean;
  /** The planned number. */
  clients: number;
  isSameMachine: boolean;
  /** Every ceiling of both machines. */
  ceilings: Ceiling[];
  /** The ceiling that allows the fewest clients; absent when none binds any plan. */
  binding?: Ceiling;
  fits: boolean;
  advice: Advice[];
}

/** Predicts how many clients the machines allow one contender, and what binds there. The CPU is measured, not predicted. Pure. */
export function ceilings(plan: Plan): Preflight {
  const { contender, sending, isSameMachine } = plan;
  const { clients } = plan.config.ramp;
  const { isGuess } = costOf(contender);
  const ofProcesses = [...memory(plan), ...descriptors(plan), ...threads(plan), ...addressSpace(plan)];
  // Every server gets the same bytes from the network.
  const resources = [
    ...ofProcesses.map((one) => ({ ...one, isGuess: isGuess && one.host === 'server' })),
    ...network(plan),
  ];
  const found = resources.flatMap((resource) =>
    resource.limit === undefined ? [] : [ceilingOf({ ...resource, limit: resource.limit }, clients)],
  );
  const [binding] = found
    .filter(({ maxClients }) => maxClients < mostClients)
    .toSorted((one, other) => one.maxClients - other.maxClients);
  return {
    ...{ contender, sending, clients, isSameMachine },
    ceilings: found,
    ...(binding && { binding }),
    fits: !found.some(isTooLow),
    advice: adviceOn(plan),
  };
}

export function isTooLow({ needed, limit }: Pick<Ceiling, 'needed' | 'limit'>): boolean {
  return needed > limit;
}

type Limited = Resource & { limit: number; isGuess?: boolean };

function ceilingOf({ remedy, takes, isGuess, ...resource }: Limited, clients: number): Ceiling {
  const needed = resource.current + takes(clients);
  let maxClients = 0;
  // Halving works because a demand never falls with more clients, even where it grows in steps, as with fleet processes.
  for (let most = mostClients; maxClients < most; ) {
    const middle = Math.ceil((maxClients + most) / 2);
    if (resource.current + takes(middle) <= resource.limit) maxClients = middle;
    else most = middle - 1;
  }
  const guess = isGuess === true ? { isGuess } : {};
  return { ...resource, needed, maxClients, ...remedyFields(remedy(needed)), ...guess };
}

function remedyFields({ text, isCommand, raise }: Remedy): Pick<Ceiling, 'remedy' | 'remedyIsCommand' | 'raise'> {
  return { remedy: text, remedyIsCommand: isCommand, ...(raise && { raise }) };
}

function adviceOn({ server, fleet, isSameMachine, config }: Plan): Advice[] {
  const wanted = Math.max(leastBacklog, config.ramp.maxHandshakesInFlight);
  const backlogs = [
    ['net.core.somaxconn', server.somaxconn],
    ['net.ipv4.tcp_max_syn_backlog', server.synBacklog],
  ] as const;
  const hosts = [{ host: 'server', limits: server } as const, { host: 'fleet', limits: fleet } as const];
  return [
    ...backlogs
      .filter(([, value]) => value !== undefined && value < wanted)
      .map(([sysctl, value]) => ({
        host: 'server' as const,
        sentence: `the server's ${sysctl} is ${value}: connections that arrive together beyond that are lost`,
        ...remedyFields(raiseSysctl(sysctl, Math.max(wanted, config.backlog))),
      })),
    ...hosts
      .filter(({ host, limits }) => limits.overcommitMemory === 2 && !(isSameMachine && host === 'fleet'))
      .map(({ host }) => ({
        host,
        sentence: `the ${host}'s vm.overcommit_memory is 2: V8 reserves far more memory than it uses, and the kernel refuses that`,
        remedy: 'sudo sysctl -w vm.overcommit_memory=0',
        remedyIsCommand: true,
      })),
  ];
}

/** What keeps the plan from its clients, one sentence each, for the record and the table; [] when nothing does. */
export function warnings({ contender, sending, clients, ceilings: all, binding, advice }: Preflight): string[] {
  const kind = sending ? 'sending' : 'silent';
  const others = all.filter((ceiling) => isTooLow(ceiling) && ceiling !== binding);
  return [
    ...(binding && isTooLow(binding)
      ? [
          `${contender}: ${whole(clients)} ${kind} clients are planned, but ${nameOf(binding)} will bind at about ${whole(binding.maxClients)}${guessNote(binding)}: ${binding.remedy}`,
        ]
      : []),
    ...others.map(
      (ceiling) =>
        `${contender}: beyond that, ${nameOf(ceiling)} will bind at about ${whole(ceiling.maxClients)} ${kind} clients${guessNote(ceiling)}: ${ceiling.remedy}`,
    ),
    ...advice.map(({ sentence, remedy }) => `${sentence}: ${remedy}`),
  ];
}

/**
 * The settings that the plans want raised: `here`, on the machine of the fleet and perhaps of the servers, or `there`, on
 * another machine of the servers.
 */
export function raisesOf(results: readonly Preflight[], where: 'here' | 'there'): Raise[] {
  return results.flatMap(({ ceilings, advice, isSameMachine }) =>
    [...ceilings.filter(isTooLow), ...advice]
      .filter(({ host }) => (isSameMachine || host === 'fleet' ? 'here' : 'there') === where)
      .flatMap(({ raise }) => raise ?? []),
  );
}

/** The first ceiling, as a sentence, for a plan that was carried out; undefined when no ceiling binds it. */
export function firstCeiling({ binding }: Preflight): string | undefined {
  return (
    binding &&
    `the first predicted ceiling is ${nameOf(binding)}, at about ${whole(binding.maxClients)} clients${guessNote(binding)}`
  );
}

/** What follows a number of clients that rests on a guess. */
export function guessNote({ isGuess }: Pick<Ceiling, 'isGuess'>): string {
  return isGuess === true ? ' (a guess: this server was never measured, so what async takes stands in)' : '';
}

function nameOf({ host, name, limit, unit }: Ceiling): string {
  return `the ${host}'s ${name} (${formatAmount(limit, unit)})`;
}

/** An amount for readers: "25.3 GB", "941 Mbit/s", "20,000". */
export function formatAmount(value: number, unit: Unit): string {
  if (unit === 'each' || unit === 'pages' || value === 0) return whole(value);
  const suffix = unit === 'bytes' ? 'B' : 'bit/s';
  const [size, letter] = sizes.find(([least]) => value >= least) ?? [1, ''];
  return `${ratioDigits(value / size)} ${letter}${suffix}`;
}

const sizes = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;
