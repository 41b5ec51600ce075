import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import type { Environment } from '../record/environment.ts';

const root = join(import.meta.dirname, '..', '..');
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dependencies: z.record(z.string(), z.string()).optional() }),
  ),
});

export function readEnvironment(): Environment {
  const board = textOf('/proc/device-tree/model')?.replaceAll('\0', '').trim();
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(textOf('/etc/os-release') ?? '')?.[1];
  const limits = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(textOf('/proc/self/limits') ?? '');
  const commit = git('rev-parse', '--short=12', 'HEAD');
  const status = git('status', '--porcelain');
  return {
    hostname: hostname(),
    cpuModel: cpuModel(),
    cpuCores: cpus().length,
    cpuHasAes: /^(flags|Features)\s*:.*\baes\b/m.test(textOf('/proc/cpuinfo') ?? ''),
    memoryTotalBytes: totalmem(),
    operatingSystem: system ?? type(),
    kernel: release(),
    architecture: arch(),
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl ?? 'unknown',
    packages: lockedPackages(),
    ...(board && { boardModel: board }),
    ...(commit && { commit }),
    ...(commit && status !== undefined && { modified: status !== '' }),
    ...(limits !== null && { openFilesLimit: `${limits[1]} / ${limits[2]}` }),
  };
}

function cpuModel(): string {
  const model = cpus()[0]?.model.trim();
  // An arm64 kernel names no CPU model in /proc/cpuinfo; the architecture is all that is known then.
  return model && model !== 'unknown' ? model : `${arch()} CPU`;
}

/**
 * Version of each dependency in package.json, from the lock file that `npm ci` installs from; {} without a lock file.
 */
function lockedPackages(): Record<string, string> {
  const lock = lockSchema.safeParse(parseJson(textOf(join(root, 'package-lock.json')) ?? ''));
  if (!lock.success) return {};
  const { packages } = lock.data;
  const names = Object.keys(packages['']?.dependencies ?? {});
  return Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'unknown']));
}

function git(...words: string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', root, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
