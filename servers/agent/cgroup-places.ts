import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Controller = 'memory' | 'pids';

/** A mounted hierarchy of cgroups: its directory `root` is visible at `mountPoint`. */
export interface CgroupMount {
  version: 1 | 2;
  /** Mount options. In version 1 they contain the controllers of the hierarchy. */
  options: string[];
  root: string;
  mountPoint: string;
}

/** Directory of a process in the hierarchy of a controller, and the topmost directory that is visible. */
export interface CgroupPlace {
  version: 1 | 2;
  directory: string;
  top: string;
}

/**
 * Parses /proc/self/mountinfo (proc_pid_mountinfo(5)). Any number of optional fields ends with a lone hyphen.
 */
export function parseCgroupMounts(mountinfo: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [type, , options = ''] = right.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    const [, , , root = '', mountPoint = ''] = left.split(' ').map(unescapeOctal);
    mounts.push({ version: type === 'cgroup' ? 1 : 2, options: options.split(','), root, mountPoint });
  }
  return mounts;
}

/**
 * Finds the directory of a process in the hierarchy of a controller; undefined when no mount shows it. `membership` is
 * /proc/PID/cgroup (cgroups(7)): a controller in a hierarchy of version 1 is in none of version 2.
 */
export function findPlace(mounts: CgroupMount[], membership: string, controller: Controller): CgroupPlace | undefined {
  const lines = membership.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line) ?? []);
  const [, controllers, path] =
    lines.find(([, names = '']) => names.split(',').includes(controller)) ??
    lines.find(([, names]) => names === '') ??
    [];
  if (controllers === undefined || path === undefined) return undefined;
  const version = controllers === '' ? 2 : 1;
  const candidates = mounts
    .filter((mount) => mount.version === version && (version === 2 || mount.options.includes(controller)))
    // The same hierarchy may be mounted twice; the higher directory shows more of the limits above.
    .sort((one, other) => one.root.length - other.root.length);
  for (const { root, mountPoint } of candidates) {
    const below = pathBelow(root, path);
    if (below !== undefined) return { version, directory: join(mountPoint, below), top: mountPoint };
  }
  return undefined;
}

/**
 * Finds the cgroup that accounts for a process. In version 2 a cgroup may lack the controller; then the nearest one
 * above that has it accounts for the process (cgroups(7), cgroup.subtree_control).
 *
 * @param file a file that exists only with the controller.
 */
export function findAccountingPlace(place: CgroupPlace, file: string): CgroupPlace | undefined {
  for (const directory of upwards(place)) if (existsSync(join(directory, file))) return { ...place, directory };
  return undefined;
}

/** Yields the directory of the place and those above it, up to the top. */
export function* upwards({ directory, top }: CgroupPlace): Generator<string> {
  for (let at = directory; at.length > top.length; at = dirname(at)) yield at;
  yield top;
}

/**
 * Part of `path` below `root`. Undefined when `path` is not below it, or leaves its cgroup namespace by `..`: the mount
 * does not show it.
 */
function pathBelow(root: string, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  if (root === '/' || path === root) return path.slice(root.length);
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

/** mountinfo escapes space, tab, newline and backslash in octal, such as \040. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
