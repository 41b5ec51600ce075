import { Option } from 'commander';
import { phaseNames, profileNames } from '../plan/names.ts';
import { defaultsOf } from '../plan/profiles.ts';
import type { Overrides } from '../plan/resolve-config.ts';
import { defaultContenders } from '../plan/servers.ts';

/** What the command line can say: the words that decide the config, and where things are. */
export interface Flags extends Overrides {
  results?: string;
  resume?: string;
  json?: boolean;
  quiet?: boolean;
  target?: string;
  sshConfig?: string;
  fleet?: string[];
  clean?: boolean;
  tune?: boolean;
  saturate?: boolean;
  pin?: boolean;
}

/** Every one of them, made anew for each command that takes it. */
export const options = {
  profile: () => new Option('--profile <name>', 'how thorough (default: quick)').choices(profileNames),
  contenders: () =>
    new Option(
      '--contenders <names>',
      `servers to compare, with commas between; one named twice is compared with itself (default: ${defaultContenders().join(',')})`,
    ),
  only: () => new Option('--only <phases>', `what to measure, with commas between (default: ${phaseNames.join(',')})`),
  clients: () =>
    new Option('--clients <number>', `clients a search goes towards (default: ${defaultsOf((c) => c.ramp.clients)})`),
  memoryClients: () =>
    new Option(
      '--memory-clients <number>',
      `clients of the memory phase (default: ${defaultsOf((c) => c.memory.clients)})`,
    ),
  intervalMs: () =>
    new Option(
      '--interval-ms <ms>',
      `time between a client's messages (default: ${defaultsOf((c) => c.intervalMilliseconds)})`,
    ),
  messageBytes: () =>
    new Option('--message-bytes <bytes>', `size of a message (default: ${defaultsOf((c) => c.messageBytes)})`),
  trials: () =>
    new Option('--trials <number>', `how often each phase is run (default: ${defaultsOf((c) => c.trials)})`),
  seed: () => new Option('--seed <number>', 'of the order of the trials (default: drawn anew, and recorded)'),
  coolDownS: () =>
    new Option(
      '--cool-down-s <seconds>',
      `pause between two trials (default: ${defaultsOf((c) => c.coolDownMilliseconds / 1_000)})`,
    ),
  margin: () =>
    new Option(
      '--margin <share>',
      `a difference below it makes no practical difference (default: ${defaultsOf((c) => c.equivalenceMargin)})`,
    ),
  cipher: () =>
    new Option(
      '--cipher <name>',
      'TLS 1.3 cipher suite (default: by the CPU: AES-128-GCM where it has AES instructions, else ChaCha20)',
    ),
  bracket: () =>
    new Option(
      '--bracket <share>',
      `how far apart clients held and not held may be in the end (default: ${defaultsOf((c) => c.ramp.bracketShare)})`,
    ),
  limitS: () =>
    new Option(
      '--limit-s <seconds>',
      `time of one search (default: ${defaultsOf((c) => c.ramp.limitMilliseconds / 1_000)}, or longer where its holds and clients take it)`,
    ),
  minParsed: () =>
    new Option(
      '--min-parsed <share>',
      `of the messages due, how many must be parsed in a hold (default: ${defaultsOf((c) => c.criteria.parsedShare)})`,
    ),
  maxP99Intervals: () =>
    new Option(
      '--max-p99-intervals <number>',
      `p99 of the corrected latency, in intervals (default: ${defaultsOf((c) => c.criteria.p99Intervals)})`,
    ),
  maxLateness: () =>
    new Option(
      '--max-lateness <share>',
      `p99 of the fleet's lateness, of the interval; beyond it a step is void (default: ${defaultsOf((c) => c.criteria.latenessShare)})`,
    ),
  maxFleetBusy: () =>
    new Option(
      '--max-fleet-busy <share>',
      `of a fleet process's loop; beyond it a step is void (default: ${defaultsOf((c) => c.criteria.fleetBusyShare)})`,
    ),
  memoryGuard: () =>
    new Option(
      '--memory-guard <share>',
      `of the machine's memory, how much must stay available (default: ${defaultsOf((c) => c.memoryGuardShare)})`,
    ),
  ports: () => new Option('--ports <number>', 'ports that a server listens on (default: one for every 14,000 clients)'),
  backlog: () =>
    new Option('--backlog <number>', `accept queue that a server asks for (default: ${defaultsOf((c) => c.backlog)})`),
  linkMbit: () =>
    new Option('--link-mbit <number>', 'speed of the link between fleet and server, where its card does not tell'),
  clientsPerProcess: () =>
    new Option(
      '--clients-per-process <number>',
      `of the fleet (default: ${defaultsOf((c) => c.fleet.clientsPerProcess)})`,
    ),
  connectTimeoutS: () =>
    new Option(
      '--connect-timeout-s <seconds>',
      `for TCP, TLS and upgrade together (default: ${defaultsOf((c) => c.ramp.connectTimeoutMilliseconds / 1_000)})`,
    ),
  rate: () =>
    new Option('--rate <number>', 'arrivals a second; may be given several times').argParser<string[]>(append),
  saturate: () => new Option('--saturate', 'raise the rate until latency doubles or arrivals fail (the default)'),
  target: () => new Option('--target <user@host>', 'run the servers there, by ssh (default: this machine)'),
  sshConfig: () => new Option('--ssh-config <file>', "in place of ssh's own"),
  fleet: () =>
    new Option('--fleet <user@host>', 'fleet processes there too, by ssh; may be given several times').argParser<
      string[]
    >(append),
  serverMemoryMb: () =>
    new Option('--server-memory-mb <number>', 'the most that a server may take on the target (default: no limit)'),
  compileOnTarget: () => new Option('--compile-on-target', 'time the builds on the target (default: on this machine)'),
  clean: () => new Option('--clean', 'end what runs there and remove everything of the suite'),
  tune: () => new Option('--tune', 'raise what the plan needs on both machines, and put it back afterwards (root)'),
  pin: () =>
    new Option('--pin', 'half of the cores for the servers, half for the fleet, where both are on this machine'),
  results: () => new Option('--results <directory>', 'folder that gets a folder for this run (default: results)'),
  resume: () =>
    new Option('--resume <folder>', "go on with an unfinished run, in its own folder; the plan is that run's"),
  quiet: () => new Option('--quiet', 'no progress: on stderr nothing but warnings and errors'),
  json: () => new Option('--json', 'print the path of summary.json as the last line of stdout'),
} satisfies Record<keyof Flags, () => Option>;

/** Of the comparison of two runs, which measures nothing. */
export function failIfOption(): Option {
  return new Option(
    '--fail-if <threshold>',
    'end with 1 when it is crossed, like "async.memory.rssBytesPerClient > 1.1x"; may be given several times',
  ).argParser<string[]>(append);
}

/** Of what is made from records. */
export function outputOption(): Option {
  return new Option(
    '--output <folder>',
    'where everything goes (default: of one run, its own folder; of several, results/merged-…, the same for the same runs)',
  );
}

function append(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}
