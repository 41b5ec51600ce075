import { constants, openSync, readSync } from 'node:fs';

/** Size of the longest record (CONSOLE_EXT_LOG_MAX, kernel/printk); reading it into less is an error (EINVAL). */
const recordBytes = 8_192;
const linesKept = 20;
/**
 * Lines about kills for lack of memory, "TCP: out of memory" and "nf_conntrack: table full", as old and new kernels
 * word them.
 */
const relevant = /out of memory|oom-kill|oom_reaper|killed process|nf_conntrack: .*table full/i;

/**
 * Text of a record `priority,sequence,microseconds,flags;text` (Documentation/ABI/testing/dev-kmsg); undefined when it
 * is not relevant.
 */
export function parseRelevantRecord(record: string): string | undefined {
  // The lines after the text begin with a space and name the device.
  const [, text = ''] = /^[^;]*;([^\n]*)/.exec(record) ?? [];
  return relevant.test(text) ? text : undefined;
}

/**
 * Opens the log at its end. Each reading returns the last relevant lines since the previous reading. It goes by
 * position in the log, because the time in the records is of a clock (local_clock) that no process can read.
 */
export function openKernelLog(): () => string[] {
  try {
    const file = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    const read = () => readRelevant(file);
    read();
    return read;
  } catch {
    // The log is not permitted (kernel.dmesg_restrict), or does not exist.
    return () => [];
  }
}

function readRelevant(file: number): string[] {
  const lines: string[] = [];
  for (const record of readRecords(file)) {
    const text = parseRelevantRecord(record);
    if (text !== undefined) lines.push(text);
    if (lines.length > linesKept) lines.shift();
  }
  return lines;
}

/** Yields the records up to the end of the log, where a read would block. */
function* readRecords(file: number): Generator<string> {
  const record = Buffer.allocUnsafe(recordBytes);
  for (;;) {
    try {
      const length = readSync(file, record);
      if (length === 0) return;
      yield record.toString('utf8', 0, length);
    } catch (error) {
      // The next record was overwritten meanwhile: the following read continues with the oldest one left.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') continue;
      return;
    }
  }
}
