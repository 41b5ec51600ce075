import { defaultProfile, profileNames } from '../names.ts';
import { isSaturated } from '../profiles.ts';
import { contendersReading, phasesReading } from './names.ts';
import type { OptionRows } from './row.ts';

const runs = ['compare', 'connect'] as const;
const plans = ['compare', 'connect', 'doctor'] as const;
const searches = ['compare', 'doctor'] as const;

const measured = { group: 'What is measured' } as const;
const load = { group: 'The load' } as const;

/** What is measured, and the load. */
export const measuredOptions = {
  profile: {
    ...measured,
    commands: plans,
    value: 'name',
    help: 'how thorough the run is',
    default: defaultProfile,
    choices: profileNames,
    place: 'profile',
    repeat: 'always',
  },
  trials: {
    ...measured,
    commands: runs,
    value: 'number',
    help: 'how often each phase is measured',
    place: 'trials',
    repeat: 'always',
  },
  seed: {
    ...measured,
    commands: runs,
    value: 'number',
    help: 'decides the order of the trials',
    default: 'drawn anew, and recorded',
    place: 'seed',
    isSinceAudits: true,
  },
  contenders: {
    ...measured,
    commands: plans,
    value: 'names',
    help: 'servers to compare, separated by commas; a server named twice is compared with itself',
    place: 'contenders',
    reading: contendersReading,
  },
  only: {
    ...measured,
    commands: ['compare'],
    value: 'phases',
    help: 'phases to measure, separated by commas',
    place: 'phases',
    reading: phasesReading,
  },
  clients: {
    ...load,
    commands: searches,
    value: 'number',
    help: 'clients that each search tries to reach; the first step is a half of them for each further step',
    place: 'ramp.clients',
  },
  'memory-clients': {
    ...load,
    commands: ['compare'],
    value: 'number',
    help: 'clients of the memory phase',
    place: 'memory.clients',
  },
  'interval-ms': {
    ...load,
    commands: searches,
    value: 'ms',
    help: "time between a client's messages",
    place: 'intervalMilliseconds',
  },
  'message-bytes': { ...load, commands: searches, value: 'bytes', help: 'size of a message', place: 'messageBytes' },
  'clients-per-process': {
    ...load,
    commands: plans,
    value: 'number',
    help: 'most clients that one process of the fleet runs',
    place: 'fleet.clientsPerProcess',
  },
  rate: {
    ...load,
    commands: runs,
    value: 'number',
    isRepeatable: true,
    help: 'clients that arrive each second',
    orElse: 'rates that rise until latency doubles or arrivals fail',
    place: 'arrivals.ratesPerSecond',
  },
  saturate: {
    ...load,
    commands: ['connect'],
    help: 'raise the rate until latency doubles or arrivals fail, as quick and full do without --rate',
    repeat: ({ config }) => Number(isSaturated(config)),
  },
} as const satisfies OptionRows;
