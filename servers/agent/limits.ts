import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { HostLimits } from '../contract/limits.ts';
import { createCgroupReader } from './cgroup.ts';
import { parseCount, parseFields, parseResourceLimit, readCount, readText } from './kernel-text.ts';
import { readConntrackEntries } from './network.ts';

/** AT_PAGESZ (getauxval(3)): the entry of the page size. */
const pageSizeType = 6n;

/**
 * Bits of the highest address in /proc/PID/maps, where the kernel puts the stack; x86-64's vsyscall page is not part of
 * user space.
 */
export function parseAddressBits(maps: string): number {
  let highest = 1;
  for (const [, end = ''] of maps.matchAll(/^[0-9a-f]+-([0-9a-f]+) /gm)) {
    const address = Number.parseInt(end, 16);
    if (address < 2 ** 63) highest = Math.max(highest, address);
  }
  return Math.ceil(Math.log2(highest));
}

/**
 * Page size from /proc/PID/auxv: pairs of 64-bit words, type and value, little-endian on x86-64 and arm64.
 *
 * @throws Error when the entry is missing.
 */
export function parsePageBytes(auxiliary: Buffer): number {
  for (let at = 0; at + 16 <= auxiliary.length; at += 16) {
    if (auxiliary.readBigUInt64LE(at) === pageSizeType) return Number(auxiliary.readBigUInt64LE(at + 8));
  }
  throw new Error('the kernel does not state its page size: use a kernel that has AT_PAGESZ in /proc/self/auxv');
}

/** Number of all threads: the second number in the fourth field of /proc/loadavg, such as 2/345. */
export function parseThreads(loadavg: string): number {
  return parseCount(/^\S+ \S+ \S+ \d+\/(\d+)/.exec(loadavg)?.[1]) ?? 0;
}

/** Reads the limits of this machine as they apply to the agent, and so to a process that it starts. */
export function readHostLimits(): HostLimits {
  const memory = parseFields(readFileSync('/proc/meminfo', 'utf8'));
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const openFiles = parseResourceLimit(limits, 'Max open files');
  const cgroup = createCgroupReader('self')();
  const [portLow = 0, portHigh = 0] = readSysctl('net/ipv4/ip_local_port_range');
  return {
    memoryTotalBytes: memory.get('MemTotal') ?? 0,
    memoryAvailableBytes: memory.get('MemAvailable') ?? 0,
    swapTotalBytes: memory.get('SwapTotal') ?? 0,
    pageBytes: parsePageBytes(readFileSync('/proc/self/auxv')),
    cgroupMemoryMaxBytes: cgroup.memoryMaxBytes,
    cgroupMemoryBytes: cgroup.memoryBytes,
    openFilesSoft: openFiles.soft,
    openFilesHard: openFiles.hard,
    nrOpen: readSysctl('fs/nr_open')[0],
    fileMax: readSysctl('fs/file-max')[0],
    threadsMax: readSysctl('kernel/threads-max')[0],
    pidMax: readSysctl('kernel/pid_max')[0],
    processesHard: parseResourceLimit(limits, 'Max processes').hard,
    cgroupPidsMax: cgroup.pidsMax,
    cgroupPids: cgroup.pids,
    threads: parseThreads(readFileSync('/proc/loadavg', 'utf8')),
    maxMapCount: readSysctl('vm/max_map_count')[0],
    overcommitMemory: readSysctl('vm/overcommit_memory')[0],
    addressSpaceBytes: parseResourceLimit(limits, 'Max address space').hard,
    addressBits: parseAddressBits(readFileSync('/proc/self/maps', 'utf8')),
    portLow,
    portHigh,
    somaxconn: readSysctl('net/core/somaxconn')[0],
    synBacklog: readSysctl('net/ipv4/tcp_max_syn_backlog')[0],
    tcpMemoryMaxPages: readSysctl('net/ipv4/tcp_mem')[2],
    conntrackMax: readSysctl('net/netfilter/nf_conntrack_max')[0],
    conntrackEntries: readConntrackEntries(),
    links: readLinks(),
    cpuCores: availableParallelism(),
    isRoot: process.geteuid?.() === 0,
  };
}

/** Numbers of a sysctl; [] when there is no such sysctl. */
function readSysctl(path: string): (number | undefined)[] {
  return readText(`/proc/sys/${path}`)?.trim().split(/\s+/).map(parseCount) ?? [];
}

/**
 * Network interfaces that are up. A driver that does not know the state reports `unknown`, and one that does not know
 * the speed reports -1 or an error.
 */
function readLinks(): HostLimits['links'] {
  const directory = '/sys/class/net';
  return readdirSync(directory)
    .filter((name) => name !== 'lo' && /^(up|unknown)$/m.test(readText(`${directory}/${name}/operstate`) ?? ''))
    .map((name) => ({ name, megabitsPerSecond: readCount(`${directory}/${name}/speed`) }));
}
