/** The servers that can be compared: the one place that names them all. Paths are relative to the repository. */
export const contenders = {
  blocking: {
    description: 'one thread per connection, asleep in read(2)',
    /** Entry point of each file of the bundle, by the name of the file. */
    bundle: { 'server.js': 'servers/blocking.ts', 'worker.js': 'servers/models/blocking/thread.ts' },
  },
  async: {
    description: 'one event loop',
    bundle: { 'server.js': 'servers/async.ts' },
  },
} as const satisfies Record<string, { description: string; bundle: Record<string, string> }>;

export type ContenderName = keyof typeof contenders;

/** Every server that is built: besides the contenders the one that reads and discards, for what a fleet can send at all. */
export const programs = {
  ...contenders,
  null: { description: 'reads and discards', bundle: { 'server.js': 'servers/null.ts' } },
} as const satisfies Record<string, { description: string; bundle: Record<string, string> }>;

export type ProgramName = keyof typeof programs;
export const nullName = 'null' satisfies ProgramName;
export const contenderNames = ['blocking', 'async'] as const satisfies ContenderName[];
