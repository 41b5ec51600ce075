import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { MachineSample, ProcessSample } from '../contract/agent.ts';

/** The kernel's USER_HZ, 100 on every architecture that Node runs on: one tick of /proc/PID/stat is 10 ms. */
const tickMilliseconds = 10;

/** A reading that may take long runs at most this share of the time, so that watching costs next to nothing. */
const slowReadingShare = 0.003;

/** The numbers of one `Name: 123 kB` file, in bytes where the kernel says kB. */
export function parseFields(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const match of text.matchAll(/^(\w+):\s+(\d+)( kB)?$/gm)) {
    fields.set(match[1] ?? '', Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return fields;
}

/** User and system CPU time of /proc/PID/stat. The name in it may hold spaces and brackets: count from its end. */
export function parseCpuTimes(stat: string): { userMilliseconds: number; systemMilliseconds: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    userMilliseconds: Number(fields[11]) * tickMilliseconds,
    systemMilliseconds: Number(fields[12]) * tickMilliseconds,
  };
}

/** Idle and total ticks of the first line of /proc/stat; waiting for a disk is idle too. */
export function parseCpuTotals(stat: string): { idleTicks: number; totalTicks: number } {
  const ticks = (stat.split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return { idleTicks: (ticks[3] ?? 0) + (ticks[4] ?? 0), totalTicks: ticks.reduce((sum, tick) => sum + tick, 0) };
}

/** `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1` of /proc/net/sockstat. */
export function parseTcpSockets(sockstat: string): { inUse: number; timeWait: number; memoryPages: number } {
  const line = /^TCP: (.*)$/m.exec(sockstat)?.[1] ?? '';
  const value = (name: string) => Number(new RegExp(`\\b${name} (\\d+)`).exec(line)?.[1] ?? 0);
  return { inUse: value('inuse'), timeWait: value('tw'), memoryPages: value('mem') };
}

/** The soft limit of open files in /proc/PID/limits; undefined when it is unlimited. */
export function parseOpenFilesLimit(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** Reads one process. `undefined` once it is gone. */
export function createProcessReader(pid: number): () => ProcessSample | undefined {
  const directory = `/proc/${pid}`;
  const pss = slowReading(() => parseFields(readFileSync(`${directory}/smaps_rollup`, 'utf8')).get('Pss'));
  const switches = slowReading(() => readSwitches(directory));
  const descriptors = slowReading(() => countDescriptors(directory));
  return () => {
    try {
      const status = parseFields(readFileSync(`${directory}/status`, 'utf8'));
      const cpu = parseCpuTimes(readFileSync(`${directory}/stat`, 'utf8'));
      const rssBytes = status.get('VmRSS');
      // A process that has ended but was not waited for yet has no memory left to report.
      if (rssBytes === undefined) return undefined;
      const swapBytes = status.get('VmSwap');
      const pssBytes = pss();
      const openDescriptors = descriptors();
      // Not once for all: a server may still be about to raise it when the first sample is taken.
      const openFilesLimit = parseOpenFilesLimit(readFileSync(`${directory}/limits`, 'utf8'));
      return {
        rssBytes,
        peakRssBytes: status.get('VmHWM') ?? rssBytes,
        virtualBytes: status.get('VmSize') ?? 0,
        threads: status.get('Threads') ?? 0,
        cpuUserMilliseconds: cpu.userMilliseconds,
        cpuSystemMilliseconds: cpu.systemMilliseconds,
        ...(swapBytes !== undefined && { swapBytes }),
        ...(pssBytes !== undefined && { pssBytes }),
        ...(openDescriptors !== undefined && { openDescriptors }),
        ...(openFilesLimit !== undefined && { openFilesLimit }),
        ...switches(),
      };
    } catch {
      return undefined;
    }
  };
}

/** Reads the machine. Its CPU share is over the time since the call before. */
export function createMachineReader(): () => MachineSample {
  let before = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
  return () => {
    const now = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
    const total = now.totalTicks - before.totalTicks;
    const idle = now.idleTicks - before.idleTicks;
    before = now;
    const tcp = parseTcpSockets(readFileSync('/proc/net/sockstat', 'utf8'));
    return {
      cpuBusyShare: total > 0 ? 1 - idle / total : 0,
      ...readMemory(),
      tcpInUse: tcp.inUse,
      tcpTimeWait: tcp.timeWait,
      tcpMemoryPages: tcp.memoryPages,
    };
  };
}

export function readMemory(): { memoryAvailableBytes: number; memoryTotalBytes: number } {
  const memory = parseFields(readFileSync('/proc/meminfo', 'utf8'));
  return {
    memoryAvailableBytes: memory.get('MemAvailable') ?? 0,
    memoryTotalBytes: memory.get('MemTotal') ?? 0,
  };
}

function readSwitches(directory: string): Pick<ProcessSample, 'voluntarySwitches' | 'involuntarySwitches'> {
  let voluntarySwitches = 0;
  let involuntarySwitches = 0;
  for (const thread of readdirSync(`${directory}/task`)) {
    const fields = parseFields(readFileSync(`${directory}/task/${thread}/status`, 'utf8'));
    voluntarySwitches += fields.get('voluntary_ctxt_switches') ?? 0;
    involuntarySwitches += fields.get('nonvoluntary_ctxt_switches') ?? 0;
  }
  return { voluntarySwitches, involuntarySwitches };
}

/** Since Linux 6.2 the size of /proc/PID/fd is the number of open descriptors; before, they must be listed. */
function countDescriptors(directory: string): number {
  const { size } = statSync(`${directory}/fd`);
  return size > 0 ? size : readdirSync(`${directory}/fd`).length;
}

/** Takes a reading only when enough time has passed since one that took long. */
function slowReading<Value>(read: () => Value): () => Value | undefined {
  let notBefore = 0;
  return () => {
    const start = performance.now();
    if (start < notBefore) return undefined;
    try {
      return read();
    } catch {
      // Not permitted, or the process or one of its threads has just ended: absent, and tried again.
      return undefined;
    } finally {
      const end = performance.now();
      notBefore = end + (end - start) / slowReadingShare;
    }
  };
}
