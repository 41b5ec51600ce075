import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import type { ProcessSample } from '../contract/agent.ts';
import { parseFields, parseResourceLimit } from './kernel-text.ts';
import { slowReading } from './slow-reading.ts';

/** The kernel's USER_HZ, 100 on every architecture that Node runs on: one tick of /proc/PID/stat is 10 ms. */
const tickMilliseconds = 10;
/** PF_EXITING (linux/sched.h): the process is exiting. */
const exitingFlag = 0x4;
const newline = 10;

/**
 * Parses /proc/PID/stat (proc_pid_stat(5)). The name in it may contain spaces and brackets, so fields count from its
 * end.
 */
export function parseStat(stat: string): { isExiting: boolean; userMilliseconds: number; systemMilliseconds: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    isExiting: (Number(fields[6]) & exitingFlag) !== 0,
    userMilliseconds: Number(fields[11]) * tickMilliseconds,
    systemMilliseconds: Number(fields[12]) * tickMilliseconds,
  };
}

/** Creates a reader of one process, which returns undefined once the process is gone. */
export function createProcessReader(pid: number): () => ProcessSample | undefined {
  const directory = `/proc/${pid}`;
  const pss = slowReading(() => parseFields(readFileSync(`${directory}/smaps_rollup`, 'utf8')).get('Pss'));
  const switches = slowReading(() => readSwitches(directory));
  const descriptors = slowReading(() => countDescriptors(directory));
  // A thread stack takes two mappings: the file has tens of thousands of lines, and reading it holds the lock that
  // mmap(2) needs.
  const maps = slowReading(() => countLines(`${directory}/maps`));
  return () => {
    try {
      const status = parseFields(readFileSync(`${directory}/status`, 'utf8'));
      const stat = parseStat(readFileSync(`${directory}/stat`, 'utf8'));
      const rssBytes = status.get('VmRSS');
      // A zombie has no memory left to report.
      if (rssBytes === undefined) return undefined;
      return {
        rssBytes,
        peakRssBytes: status.get('VmHWM') ?? rssBytes,
        virtualBytes: status.get('VmSize') ?? 0,
        threads: status.get('Threads') ?? 0,
        cpuUserMilliseconds: stat.userMilliseconds,
        cpuSystemMilliseconds: stat.systemMilliseconds,
        swapBytes: status.get('VmSwap'),
        pssBytes: pss(),
        openDescriptors: descriptors(),
        // Read each time, because a server may raise it after the first sample.
        openFilesLimit: parseResourceLimit(readFileSync(`${directory}/limits`, 'utf8'), 'Max open files').soft,
        memoryMaps: maps(),
        ...switches(),
      };
    } catch {
      return undefined;
    }
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

/** Reads in pieces: the maps of a process with many threads are megabytes of text. */
function countLines(path: string): number {
  const piece = Buffer.allocUnsafe(65_536);
  const file = openSync(path, 'r');
  try {
    let lines = 0;
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      for (let index = 0; index < length; index += 1) if (piece[index] === newline) lines += 1;
    }
    return lines;
  } finally {
    closeSync(file);
  }
}
