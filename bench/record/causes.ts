/** Why a search stopped. `results/README.md` describes the evidence of each cause and how it was provoked. */
export const causes = [
  'target reached',
  'time limit',
  // Limits of the fleet, which say nothing about the server.
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
  // The server ended.
  'memory guard',
  'cgroup memory limit',
  'kernel OOM killer',
  'memory maps',
  'address space',
  'server crashed',
  'server killed',
  'server ended',
  // The server could not accept clients.
  'server descriptors',
  'thread limit',
  'thread creation',
  'accept backlog',
  'handshake deadline',
  'TCP memory',
  'conntrack',
  // The server was slow.
  'network card',
  'throttled',
  'server hung',
  'event loop saturated',
  'CPU saturated',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** Causes that lie outside the server, which might hold more clients. */
export const notTheServers: ReadonlySet<Cause> = new Set([
  'target reached',
  'time limit',
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
]);
