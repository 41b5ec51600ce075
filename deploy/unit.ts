/** As many as a process may have by Linux's own default (fs.nr_open). */
const openFiles = 1_048_576;

export interface UnitOptions {
  name: string;
  /** What it runs as. */
  user: string;
  /** Beyond it the kernel kills in the unit; without swap, which would only put that off. */
  memoryMaxBytes?: number | undefined;
  command: readonly string[];
}

/**
 * Words that start a transient unit of the system's (systemd-run(1)): with the limits of a service and not those of a
 * login, in a cgroup of its own, and there whatever becomes of the connection. It is kept when it fails, to be asked how.
 */
export function unitWords({ name, user, memoryMaxBytes, command }: UnitOptions): string[] {
  const properties = [
    'Type=exec',
    `User=${user}`,
    `LimitNOFILE=${openFiles}`,
    'LimitNPROC=infinity',
    'TasksMax=infinity',
    // The kernel kills one process of it for lack of memory: not the agent, which then tells, and not all of the unit.
    'OOMPolicy=continue',
    'OOMScoreAdjust=-500',
    // To read the kernel's log where that is forbidden (kernel.dmesg_restrict).
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

/** What `showWords` asks of a unit that may have failed. */
const asked = ['Result', 'ExecMainCode', 'ExecMainStatus'] as const;

export function showWords(name: string): string[] {
  return ['systemctl', 'show', ...asked.map((property) => `--property=${property}`), name];
}

/** CLD_EXITED of waitid(2), which systemd gives as a number; the others are signals. */
const exited = '1';

/** How a unit failed, by what systemctl shows of it; undefined when it did not. */
export function describeUnit(name: string, shown: string): string | undefined {
  const values = new Map(shown.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  const [result, code, status] = asked.map((property) => values.get(property));
  if (result === undefined || result === 'success' || result === '') return undefined;
  const how = code === exited ? `exit status ${status}` : `signal ${status}`;
  return `its unit ${name} failed (Result=${result}, ${how})`;
}
