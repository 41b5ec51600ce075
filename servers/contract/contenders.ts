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
export const contenderNames = ['blocking', 'async'] as const satisfies ContenderName[];
