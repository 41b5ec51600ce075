/** Linux's default maximum of open files per process (fs.nr_open). */
const maxOpenFiles = 1_048_576;

export interface UnitOptions {
  name: string;
  /** The user that the unit runs as. */
  user: string;
  /** Memory at which the kernel kills a process of the unit. The unit gets no swap, which would only delay that. */
  memoryMaxBytes?: number | undefined;
  command: readonly string[];
}

/**
 * The command that starts a transient system unit (systemd-run(1)). A unit has the limits of a service instead of those
 * of a login, and its own cgroup, and it outlives the connection. A failed unit stays known to systemd, which reports how
 * it failed. Pure.
 */
export function systemdRunWords({ name, user, memoryMaxBytes, command }: UnitOptions): string[] {
  const properties = [
    'Type=exec',
    `User=${user}`,
    `LimitNOFILE=${maxOpenFiles}`,
    'LimitNPROC=infinity',
    'TasksMax=infinity',
    // When memory runs out, one process of the unit is killed and not the whole unit, so that the agent can report it.
    'OOMPolicy=continue',
    'OOMScoreAdjust=-500',
    // Allows the agent to read the kernel's log, which kernel.dmesg_restrict may forbid.
    'AmbientCapabilities=CAP_SYSLOG',
    ...(memoryMaxBytes === undefined ? [] : [`MemoryMax=${memoryMaxBytes}`, 'MemorySwapMax=0']),
  ];
  return [
    ...['systemd-run', '--quiet', '--no-ask-password', `--unit=${name}`, '--description=pi-websocket-bench'],
    ...properties.map((property) => `--property=${property}`),
    '--',
    ...command,
  ];
}

/** Properties of a unit that tell how it failed. */
const endProperties = ['Result', 'ExecMainCode', 'ExecMainStatus'] as const;

/** The command that prints how a unit ended, for `describeUnitFailure`. Pure. */
export function systemctlShowWords(name: string): string[] {
  return ['systemctl', 'show', ...endProperties.map((property) => `--property=${property}`), name];
}

/** CLD_EXITED of waitid(2), in systemd's output; other codes stand for signals. */
const codeExited = '1';

/** A sentence on how a unit failed, from the output of `systemctlShowWords`; undefined when it did not fail. Pure. */
export function describeUnitFailure(name: string, shown: string): string | undefined {
  const values = new Map(shown.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  const [result, code, status] = endProperties.map((property) => values.get(property));
  if (result === undefined || result === 'success' || result === '') return undefined;
  const how = code === codeExited ? `exit status ${status}` : `signal ${status}`;
  return `its systemd unit ${name} failed (Result=${result}, ${how})`;
}
