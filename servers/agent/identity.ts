import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import * as z from 'zod/mini';
import type { Machine } from '../contract/machine.ts';
import { parseFields, readBytes, readCount, readText } from './kernel-text.ts';
import { parsePageBytes } from './limits.ts';

/** Reads the identity of this machine. */
export function readMachine(): Machine {
  const memory = parseFields(readFileSync('/proc/meminfo', 'utf8'));
  const cpuinfo = readText('/proc/cpuinfo') ?? '';
  const frequency = '/sys/devices/system/cpu/cpu0/cpufreq';
  const maxKilohertz = readCount(`${frequency}/scaling_max_freq`);
  return {
    hostname: hostname(),
    boardModel: readText('/proc/device-tree/model')?.replaceAll('\0', '').trim(),
    boardRevision: parseBoardRevision(readBytes('/proc/device-tree/system/linux,revision'), cpuinfo),
    isVirtual: isVirtual(cpuinfo, readText('/proc/device-tree/compatible')),
    cpuModel: cpuModel(),
    cpuCores: availableParallelism(),
    cpuHasAes: hasAes(cpuinfo),
    governor: readText(`${frequency}/scaling_governor`)?.trim(),
    clockMaxHertz: maxKilohertz === undefined ? undefined : maxKilohertz * 1_000,
    memoryTotalBytes: totalmem(),
    swapTotalBytes: memory.get('SwapTotal') ?? 0,
    swapDevices: parseSwaps(readText('/proc/swaps')),
    memoryController: hasMemoryController(readText('/sys/fs/cgroup/cgroup.controllers'), readText('/proc/cgroups')),
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

/** True when the CPU has AES instructions. The line of /proc/cpuinfo is `flags` on x86-64 and `Features` on arm64. */
export function hasAes(cpuinfo: string): boolean {
  return /^(flags|Features)\s*:.*\baes\b/m.test(cpuinfo);
}

/**
 * True on a virtual machine: x86-64 has a flag for it, and User Mode Linux names itself as the vendor. arm64 has no
 * flag, but the device tree names the board that qemu makes, no matter which model it claims.
 */
export function isVirtual(cpuinfo: string, compatible: string | undefined): boolean {
  const isGuest = /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo) || /^vendor_id\s*:\s*User Mode Linux/m.test(cpuinfo);
  return isGuest || (compatible ?? '').split('\0').includes('linux,dummy-virt');
}

/**
 * Board revision in the form of Raspberry Pi's lists, such as d03115: four bytes of the device tree, big-endian, or
 * else the line of /proc/cpuinfo, which other boards fill with zeros.
 */
export function parseBoardRevision(deviceTree: Buffer | undefined, cpuinfo: string): string | undefined {
  const code =
    deviceTree?.length === 4
      ? deviceTree.readUInt32BE()
      : Number.parseInt(/^Revision\s*:\s*([0-9a-f]+)$/m.exec(cpuinfo)?.[1] ?? '0', 16);
  return code === 0 ? undefined : code.toString(16);
}

/**
 * Parses /proc/swaps (proc_swaps(5)): a heading, and below it path, type, and size in kilobytes. A space in a path
 * appears as \040.
 */
export function parseSwaps(swaps: string | undefined): Machine['swapDevices'] {
  if (swaps === undefined) return undefined;
  return [...swaps.matchAll(/^(\/\S+)\s+\S+\s+(\d+)/gm)].map(([, name = '', kilobytes]) => ({
    name,
    bytes: Number(kilobytes) * 1_024,
  }));
}

/**
 * @param controllers cgroup.controllers of the topmost visible cgroup of version 2.
 * @param cgroups /proc/cgroups: name, hierarchy, number and whether it is enabled. It covers the whole machine, but
 * newer kernels leave out controllers that only version 2 has.
 */
export function hasMemoryController(controllers: string | undefined, cgroups: string | undefined): boolean | undefined {
  const isEnabled = /^memory\s+\d+\s+\d+\s+([01])$/m.exec(cgroups ?? '')?.[1];
  if (controllers === undefined && isEnabled === undefined) return undefined;
  return isEnabled === '1' || /\bmemory\b/.test(controllers ?? '');
}

/** Pretty name in os-release(5). */
export function parseSystemName(text: string): string | undefined {
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1];
}

/** Word in brackets among several, as in "always [madvise] never". */
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
  // Only the network part of the report is slow, because it looks up names.
  Object.assign(process.report, { excludeNetwork: true });
  const report = reportSchema.safeParse(process.report.getReport());
  const version = report.success ? report.data.header.glibcVersionRuntime : undefined;
  return version === undefined ? undefined : `glibc ${version}`;
}
