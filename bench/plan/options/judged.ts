import { limitThatHoldsNeed } from '../holds.ts';
import type { OptionRows } from './row.ts';

const criterion = { group: 'When a step passes', commands: ['compare'] } as const;
const effort = { group: 'How long and how exact', commands: ['compare'] } as const;

/** When a step passes, how long the run takes, and how exact its figures are. */
export const judgedOptions = {
  'min-parsed': {
    ...criterion,
    value: 'share',
    help: 'least share of the messages due that the server must parse in a hold',
    place: 'criteria.parsedShare',
  },
  'max-p99-intervals': {
    ...criterion,
    value: 'number',
    help: 'highest p99 of the corrected latency, in intervals',
    place: 'criteria.p99Intervals',
  },
  'max-lateness': {
    ...criterion,
    value: 'share',
    help: "highest p99 of the fleet's lateness, as a share of the interval; beyond it a step is void",
    place: 'criteria.latenessShare',
  },
  'max-fleet-busy': {
    ...criterion,
    value: 'share',
    help: 'highest share of a core that a fleet process may use; beyond it a step is void',
    place: 'criteria.fleetBusyShare',
  },
  'memory-guard': {
    ...criterion,
    commands: ['compare', 'doctor'],
    value: 'share',
    help: "share of the machine's memory that must stay available: a server that leaves less is killed",
    place: 'memoryGuardShare',
  },
  'connect-timeout-s': {
    ...criterion,
    commands: ['compare', 'connect', 'doctor'],
    value: 'seconds',
    help: 'longest time that the fleet gives TCP, TLS and upgrade together',
    place: 'ramp.connectTimeoutMilliseconds',
    unit: 1_000,
  },
  'cool-down-s': {
    ...effort,
    commands: ['compare', 'connect'],
    value: 'seconds',
    help: 'pause between two trials',
    place: 'coolDownMilliseconds',
    unit: 1_000,
    isSinceAudits: true,
  },
  margin: {
    ...effort,
    commands: ['compare', 'connect'],
    value: 'share',
    help: 'a difference smaller than this share makes no practical difference',
    place: 'equivalenceMargin',
  },
  bracket: {
    ...effort,
    value: 'share',
    help: 'a search ends when the lowest number not held is at most this share above the highest held',
    place: 'ramp.bracketShare',
  },
  'limit-s': {
    ...effort,
    value: 'seconds',
    help: 'longest time for one search',
    orElse: 'longer where the planned holds and connections need it',
    place: 'ramp.limitMilliseconds',
    unit: 1_000,
    most: 86_400,
    follows: limitThatHoldsNeed,
    repeat: 'always',
  },
} as const satisfies OptionRows;
