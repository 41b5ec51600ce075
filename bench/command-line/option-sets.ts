import type { Command } from 'commander';
import { type Flags, options } from './options.ts';

const plan = ['profile', 'contenders', 'clients', 'intervalMs', 'messageBytes', 'cipher'] as const;
const network = [
  'ports',
  'backlog',
  'linkMbit',
  'clientsPerProcess',
  'connectTimeoutS',
  'target',
  'sshConfig',
  'fleet',
] as const;
const criteria = ['minParsed', 'maxP99Intervals', 'maxLateness', 'maxFleetBusy', 'memoryGuard'] as const;
const output = ['results', 'json', 'quiet'] as const;

/** What each command takes. */
export const optionSets = {
  compare: [
    ...plan,
    'only',
    'memoryClients',
    'trials',
    'seed',
    'coolDownS',
    'margin',
    'bracket',
    'limitS',
    ...criteria,
    ...network,
    'rate',
    'pin',
    'tune',
    'serverMemoryMb',
    'compileOnTarget',
    'resume',
    ...output,
  ],
  connect: [
    'profile',
    'contenders',
    'rate',
    'saturate',
    'cipher',
    'trials',
    'seed',
    'coolDownS',
    'margin',
    ...network,
    'pin',
    'tune',
    ...output,
  ],
  doctor: [...plan, 'memoryGuard', ...network, 'results', 'quiet'],
  self: ['results', 'quiet'],
  deploy: ['sshConfig', 'clean', 'quiet'],
  'deploy-status': ['sshConfig', 'quiet'],
  'deploy-restore': ['sshConfig', 'quiet'],
} as const satisfies Record<string, readonly (keyof Flags)[]>;

export function addOptions(command: Command, names: readonly (keyof Flags)[]): Command {
  for (const name of names) command.addOption(options[name]());
  return command;
}
