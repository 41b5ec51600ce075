import type { ContenderName } from '../../servers/contract/contenders.ts';
import { ratioDigits, whole } from '../text/format.ts';
import type { Raise } from '../tune/settings.ts';
import { descriptors, threads } from './count-resources.ts';
import { addressSpace, memory } from './memory-resources.ts';
import { network } from './network-resources.ts';
import { type Remedy, raiseSysctl } from './remedy.ts';
import type { Plan, Resource, Unit } from './resource.ts';

/** Whoever allows as many as any plan may ask for (configSchema) bounds nobody. */
export const mostClients = 1_000_000;
/** Handshakes that may arrive at once; Linux took 128 until 5.4, and 4,096 since. */
const leastBacklog = 1_024;

export interface Ceiling extends Pick<Resource, 'name' | 'host' | 'unit' | 'current'> {
  limit: number;
  /** In all, with what is in use, for the clients planned. */
  needed: number;
  /** The most clients that it allows; `mostClients` when it bounds none. */
  maxClients: number;
  /** The command that lifts it, or a sentence where no command can. */
  remedy: string;
  remedyIsCommand: boolean;
  /** Present where `--tune` can lift it. */
  raise?: Raise;
}

/** What bounds no number of clients, and makes them fail all the same. */
export interface Advice extends Pick<Ceiling, 'host' | 'remedy' | 'remedyIsCommand' | 'raise'> {
  sentence: string;
}

export interface Preflight {
  contender: ContenderName;
  sending: boolean;
  /** Planned. */
  clients: number;
  isSameMachine: boolean;
  /** Of both machines, every one that they have. */
  ceilings: Ceiling[];
  /** The one that allows the fewest clients; absent when none bounds any plan. */
  binding?: Ceiling;
  fits: boolean;
  advice: Advice[];
}

/** How far the machines let one contender come, and what stops it there. The CPU is measured, not predicted. Pure. */
export function ceilings(plan: Plan): Preflight {
  const { contender, sending, isSameMachine } = plan;
  const { clients } = plan.config.ramp;
  const resources = [...memory(plan), ...descriptors(plan), ...threads(plan), ...addressSpace(plan), ...network(plan)];
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

function ceilingOf({ remedy, takes, ...resource }: Resource & { limit: number }, clients: number): Ceiling {
  const needed = resource.current + takes(clients);
  let maxClients = 0;
  // Halving works for whatever grows with the clients, be it in steps, as with the processes of the fleet.
  for (let most = mostClients; maxClients < most; ) {
    const middle = Math.ceil((maxClients + most) / 2);
    if (resource.current + takes(middle) <= resource.limit) maxClients = middle;
    else most = middle - 1;
  }
  return { ...resource, needed, maxClients, ...remedyFields(remedy(needed)) };
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
        sentence: `the server's ${sysctl} is ${value}: of connections that come at once, more are lost`,
        ...remedyFields(raiseSysctl(sysctl, Math.max(wanted, config.backlog))),
      })),
    ...hosts
      .filter(({ host, limits }) => limits.overcommitMemory === 2 && !(isSameMachine && host === 'fleet'))
      .map(({ host }) => ({
        host,
        sentence: `the ${host}'s vm.overcommit_memory is 2: V8 reserves far more than it uses, and is refused`,
        remedy: 'sudo sysctl -w vm.overcommit_memory=0',
        remedyIsCommand: true,
      })),
  ];
}

/** What stands between the plan and its clients, a sentence each, for the record and the table; [] when nothing does. */
export function warnings({ contender, sending, clients, ceilings: all, binding, advice }: Preflight): string[] {
  const kind = sending ? 'sending' : 'silent';
  const others = all.filter((ceiling) => isTooLow(ceiling) && ceiling !== binding);
  return [
    ...(binding && isTooLow(binding)
      ? [
          `${contender}: ${whole(clients)} ${kind} clients are planned, but ${nameOf(binding)} will bind at about ${whole(binding.maxClients)}: ${binding.remedy}`,
        ]
      : []),
    ...others.map(
      (ceiling) =>
        `${contender}: beyond that, ${nameOf(ceiling)} will bind at about ${whole(ceiling.maxClients)} ${kind} clients: ${ceiling.remedy}`,
    ),
    ...advice.map(({ sentence, remedy }) => `${sentence}: ${remedy}`),
  ];
}

/** What comes first beyond a plan that was carried out; undefined when nothing bounds it. */
export function firstCeiling({ binding }: Preflight): string | undefined {
  return binding && `the first ceiling foreseen is ${nameOf(binding)}, at about ${whole(binding.maxClients)} clients`;
}

function nameOf({ host, name, limit, unit }: Ceiling): string {
  return `the ${host}'s ${name} (${formatAmount(limit, unit)})`;
}

/** As people say it: "25.3 GB", "941 Mbit/s", "20,000". */
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
