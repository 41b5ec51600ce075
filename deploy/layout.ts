/** Where everything of the suite lies on another machine: one folder in the user's home, which nobody else can read. */
export interface Layout {
  root: string;
  releases: string;
  /** The one of them that was asked for last: a link. */
  current: string;
  /** Of agents, one folder a run. */
  spools: string;
  /** Which run has the machine, and the process that holds it for that run. */
  claim: string;
  /** What sysctls were before they were raised. Gone after a restart, as what was raised is. */
  tuned: string;
}

export const tunedFolder = '/run/pi-websocket-bench';

export function layoutIn(home: string): Layout {
  const root = `${home}/.pi-websocket-bench`;
  return {
    root,
    releases: `${root}/releases`,
    current: `${root}/current`,
    spools: `${root}/spools`,
    claim: `${root}/claim`,
    tuned: `${tunedFolder}/tuned`,
  };
}

/** Where the parts of a release are, below its folder. */
export const releasePaths = {
  node: 'node',
  agent: 'agent.mjs',
  tune: 'tune.mjs',
  fleet: 'fleet.mjs',
  toolchain: 'toolchain.tar',
  servers: 'servers',
  certificate: 'server.pem',
  key: 'server-key.pem',
} as const;
