import type { Summary } from './summary.ts';

/** What the fields of a summary mean, in a phrase; results/README.md says how each is measured. Units stand in the names. */
export const summaryMeanings = {
  schemaVersion: 'Raised when a field is removed or means something else, never when one is added.',
  startedAt: 'UTC.',
  outcome: 'How the run ended; unfinished: it was killed, and nobody has gone on with it.',
  config: 'The full plan of the run, with what its options did not say.',
  environment: "The software and the machine of the harness, which is the fleet's.",
  machines: 'What machines these are; absent when the run ended before they were looked at.',
  limits: 'The ceilings of both machines, as a process that is started there meets them.',
  isSameMachine: 'Servers and fleet shared one machine.',
  furtherFleet: "Machines that the fleet ran on besides the harness's; absent when there were none.",
  conditions: "What the servers' machine was like while it was measured; what cannot be read there is absent.",
  calibration: 'How good the fleet is at measuring; absent when that was not looked at.',
  audit: 'Trials that came to an end, those of them that were void, and the checks that were met.',
  warnings: 'Each once, as it was told.',
  contenders: 'The figures of each, by its name; of a second place in the same run "async-2".',
  pairs: 'Each contender against each other.',
} as const satisfies Record<keyof Summary, string>;
