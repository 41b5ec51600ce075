import type { Config } from '../config.ts';
import type { OptionRows } from './row.ts';

const runs = ['compare', 'connect'] as const;
const plans = ['compare', 'connect', 'doctor'] as const;
const machines = { group: 'Machines' } as const;
const output = { group: 'Output' } as const;

/**
 * Half the default range of source ports: beyond it, Linux prefers not to give out a port at first and searches long
 * for each (`__inet_hash_connect` keeps one parity for connect, the other for bind).
 */
const clientsPerPort = 14_000;

/** The machines and their network, and what a command prints and writes. */
export const surroundingOptions = {
  cipher: {
    ...machines,
    commands: plans,
    value: 'name',
    help: 'TLS 1.3 cipher suite',
    default: 'by the CPU: AES-128-GCM where it has AES instructions, else ChaCha20',
    place: 'cipher',
  },
  ports: {
    ...machines,
    commands: plans,
    value: 'number',
    help: 'ports that a server listens on',
    default: `one for every ${clientsPerPort.toLocaleString('en')} clients`,
    place: 'ports',
    follows: ({ ramp }: Config) => Math.ceil(ramp.clients / clientsPerPort),
  },
  backlog: {
    ...machines,
    commands: plans,
    value: 'number',
    help: 'length of the accept queue that a server asks for',
    place: 'backlog',
  },
  'link-mbit': {
    ...machines,
    commands: plans,
    value: 'number',
    help: 'speed of the link between fleet and server, where the network card does not report it',
    place: 'linkMegabitsPerSecond',
  },
  pin: {
    ...machines,
    commands: runs,
    help: 'give half of the cores to the servers and half to the fleet, where both run on this machine',
    repeat: ({ config }) => (config.pinning === undefined ? 0 : 1),
  },
  tune: {
    ...machines,
    commands: runs,
    help: 'raise the settings that the plan needs on both machines, and put them back afterwards (root)',
  },
  target: {
    ...machines,
    commands: plans,
    value: 'user@host',
    help: 'run the servers on that machine, by ssh',
    default: 'this machine',
    repeat: ({ isSameMachine }) => (isSameMachine ? 0 : 1),
    isForResume: true,
  },
  'ssh-config': {
    ...machines,
    commands: [...plans, 'deploy', 'deploy-status', 'deploy-restore'],
    value: 'file',
    help: 'configuration file for ssh',
    default: "ssh's own",
    isForResume: true,
    needsTarget: true,
  },
  fleet: {
    ...machines,
    commands: plans,
    value: 'user@host',
    isRepeatable: true,
    help: 'run a part of the fleet on that machine, by ssh',
    default: 'this machine alone',
    repeat: ({ furtherFleet = [] }) => furtherFleet.length,
    isForResume: true,
    needsTarget: true,
  },
  'server-memory-mb': {
    ...machines,
    commands: ['compare'],
    value: 'number',
    help: 'most memory that a server may take on the target, in MiB',
    default: 'no limit',
    place: 'serverMemoryBytes',
    unit: 2 ** 20,
    needsTarget: true,
  },
  'compile-on-target': {
    ...machines,
    commands: ['compare'],
    help: 'time the builds on the target',
    default: 'on this machine',
    place: 'compileOnTarget',
    needsTarget: true,
  },
  clean: {
    ...machines,
    commands: ['deploy'],
    help: 'end the processes of the suite there and remove everything that it put there',
  },
  results: {
    ...output,
    commands: [...plans, 'self'],
    value: 'directory',
    help: 'folder in which the run gets a folder of its own',
    default: 'results',
  },
  resume: {
    ...output,
    commands: ['compare'],
    value: 'folder',
    help: 'resume an unfinished run, in its own folder and with its own plan',
    isForResume: true,
  },
  output: {
    ...output,
    commands: ['report'],
    value: 'folder',
    help: 'folder that gets everything',
    default: 'for one run its own folder; for several results/merged-…, which is the same for the same runs',
  },
  'fail-if': {
    ...output,
    commands: ['diff'],
    value: 'threshold',
    isRepeatable: true,
    help: 'exit with 1 when the difference crosses it, like "async.memory.rssBytesPerClient > 1.1x"',
  },
  json: {
    ...output,
    commands: runs,
    help: 'print the path of summary.json as the last line of stdout',
    isForResume: true,
  },
  quiet: {
    ...output,
    commands: [...plans, 'self', 'deploy', 'deploy-status', 'deploy-restore'],
    help: 'no progress: on stderr nothing but warnings and errors',
    isForResume: true,
  },
} as const satisfies OptionRows;
