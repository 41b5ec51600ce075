import type { Summary } from './summary.ts';

/** The meaning of each field of a summary, in a phrase; results/README.md says how each is measured. */
export const summaryMeanings = {
  schemaVersion:
    'Version of this format. It rises when a field is removed or changes its meaning, never when one is added.',
  startedAt: 'When the run started, in UTC.',
  outcome: 'How the run ended. An unfinished run was killed and has not been resumed.',
  config: 'The full plan of the run, including the values that its options did not set.',
  environment: 'Software and machine of the harness. The fleet runs there as well.',
  machines: 'Hardware and system of both machines; absent when the run ended before it read them.',
  limits:
    'Ceilings of both machines for a process that is started there; absent when the run ended before it read them.',
  isSameMachine: 'True when servers and fleet shared one machine.',
  furtherFleet: 'Machines that the fleet ran on besides the one of the harness; absent when there were none.',
  conditions:
    "State of the servers' machine during the run, such as temperature and clock. What cannot be read there is absent.",
  calibration: 'How well the fleet measures; absent when the run left the calibration out.',
  audit: 'How many trials came to an end, how many of them were void, and how many checks were met.',
  warnings: 'Each warning once, in the words that the run printed.',
  contenders: 'The figures of each contender, by its name. The second place of one server in a run is "async-2".',
  pairs: 'Each contender compared with each one after it.',
} as const satisfies Record<keyof Summary, string>;
