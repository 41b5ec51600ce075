import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Controller = 'memory' | 'pids';

/** Where a hierarchy of cgroups can be seen: its directory `root` is at `mountPoint`. */
export interface CgroupMount {
  version: 1 | 2;
  /** Of version 1: which controllers' hierarchy this is. */
  options: string[];
  root: string;
  mountPoint: string;
}

/** The directory of a process in the hierarchy of a controller, and the topmost one that can be seen. */
export interface CgroupPlace {
  version: 1 | 2;
  directory: string;
  top: string;
}

/** Of /proc/self/mountinfo (proc_pid_mountinfo(5)): any number of optional fields end with a lone hyphen. */
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

/** By /proc/PID/cgroup (cgroups(7)): a controller that is in a hierarchy of version 1 is in none of version 2. */
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
    // The same hierarchy may be mounted twice; from the higher directory more of the limits above can be seen.
    .sort((one, other) => one.root.length - other.root.length);
  for (const { root, mountPoint } of candidates) {
    const below = pathBelow(root, path);
    if (below !== undefined) return { version, directory: join(mountPoint, below), top: mountPoint };
  }
  return undefined;
}

/**
 * Where a process counts: of version 2 a cgroup need not have the controller, and then it is the next above that does
 * (cgroups(7), cgroup.subtree_control). `file` is one that only the controller makes.
 */
export function findAccount(place: CgroupPlace, file: string): CgroupPlace | undefined {
  for (const directory of upwards(place)) if (existsSync(join(directory, file))) return { ...place, directory };
  return undefined;
}

/** From the place itself to the top. */
export function* upwards({ directory, top }: CgroupPlace): Generator<string> {
  for (let at = directory; at.length > top.length; at = dirname(at)) yield at;
  yield top;
}

/** Undefined when it is not below: then (or when a path leaves its cgroup namespace by `..`) it cannot be seen there. */
function pathBelow(root: string, path: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  if (root === '/' || path === root) return path.slice(root.length);
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

/** Space, tab, newline and backslash stand as \040 and the like. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
