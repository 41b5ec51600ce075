/**
 * Paths of the suite's files on another machine: one folder in the user's home, which other users cannot read, and the
 * state of raised settings outside it.
 */
export interface Layout {
  root: string;
  /** Holds one folder per release. */
  releases: string;
  /** A link to the release that was deployed last. */
  current: string;
  /** Holds one folder per run, with the files of its agents. */
  spools: string;
  /** Names the run that has locked the machine, and the process that holds the lock for it. */
  lockFile: string;
  /**
   * The beginning of the names of files with the values that settings had before a run raised them. A restart of the
   * machine removes these files, and resets the settings too.
   */
  tuningState: string;
}

export const tuningFolder = '/run/pi-websocket-bench';

export function layoutIn(home: string): Layout {
  const root = `${home}/.pi-websocket-bench`;
  return {
    root,
    releases: `${root}/releases`,
    current: `${root}/current`,
    spools: `${root}/spools`,
    lockFile: `${root}/claim`,
    tuningState: `${tuningFolder}/tuned`,
  };
}

/** Paths inside the folder of a release. */
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
