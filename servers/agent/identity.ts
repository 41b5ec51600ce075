import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import * as z from 'zod/mini';
import type { Machine } from '../contract/machine.ts';
import { parseFields, readCount, readText } from './kernel-text.ts';
import { parsePageBytes } from './limits.ts';

/** What this machine is. */
export function readMachine(): Machine {
  const memory = parseFields(readFileSync('/proc/meminfo', 'utf8'));
  const frequency = '/sys/devices/system/cpu/cpu0/cpufreq';
  const maxKilohertz = readCount(`${frequency}/scaling_max_freq`);
  return {
    hostname: hostname(),
    boardModel: readText('/proc/device-tree/model')?.replaceAll('\0', '').trim(),
    cpuModel: cpuModel(),
    cpuCores: availableParallelism(),
    cpuHasAes: hasAes(readText('/proc/cpuinfo') ?? ''),
    governor: readText(`${frequency}/scaling_governor`)?.trim(),
    clockMaxHertz: maxKilohertz === undefined ? undefined : maxKilohertz * 1_000,
    memoryTotalBytes: totalmem(),
    swapTotalBytes: memory.get('SwapTotal') ?? 0,
    pageBytes: parsePageBytes(readFileSync('/proc/self/auxv')),
    transparentHugePages: parseChoice(readText('/sys/kernel/mm/transparent_hugepage/enabled') ?? ''),
    operatingSystem: parseSystemName(readText('/etc/os-release') ?? '') ?? type(),
    kernel: release(),
    architecture: arch(),
    libc: libc(),
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl ?? 'unknown',
  };
}

/** The line is called `flags` on x86-64 and `Features` on arm64. */
export function hasAes(cpuinfo: string): boolean {
  return /^(flags|Features)\s*:.*\baes\b/m.test(cpuinfo);
}

/** os-release(5). */
export function parseSystemName(text: string): string | undefined {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1];
}

/** The one in brackets of several words, as in "always [madvise] never". */
export function parseChoice(text: string): string | undefined {
  return /\[(\w+)\]/.exec(text)?.[1];
}

function cpuModel(): string {
  const model = cpus()[0]?.model.trim();
  // An arm64 kernel names no model in /proc/cpuinfo.
  return model && model !== 'unknown' ? model : `${arch()} CPU`;
}

const reportSchema = z.object({ header: z.object({ glibcVersionRuntime: z.optional(z.string()) }) });

function libc(): string | undefined {
  // Of all its parts the network alone takes long: names are looked up.
  Object.assign(process.report, { excludeNetwork: true });
  const report = reportSchema.safeParse(process.report.getReport());
  const version = report.success ? report.data.header.glibcVersionRuntime : undefined;
  return version === undefined ? undefined : `glibc ${version}`;
}
