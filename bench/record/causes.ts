/** Why a search stopped where it did; `results/README.md` tells of each what it rests on and how it was provoked. */
export const causes = [
  'target reached',
  'time limit',
  // The fleet's: they say nothing about the server.
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
  // What ends a server.
  'memory guard',
  'cgroup memory limit',
  'kernel OOM killer',
  'memory maps',
  'address space',
  'server crashed',
  'server killed',
  'server ended',
  // What keeps clients out.
  'server descriptors',
  'thread limit',
  'thread creation',
  'accept backlog',
  'handshake deadline',
  'TCP memory',
  'conntrack',
  // What makes it slow.
  'network card',
  'throttled',
  'server hung',
  'event loop saturated',
  'CPU saturated',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** Not the server stopped here: it might hold more. */
export const notTheServers: ReadonlySet<Cause> = new Set([
  'target reached',
  'time limit',
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
]);
