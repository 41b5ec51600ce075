import { constants, openSync, readSync } from 'node:fs';

/** The longest record (CONSOLE_EXT_LOG_MAX, kernel/printk); to read one into less is an error (EINVAL). */
const recordBytes = 8_192;
const linesKept = 20;
/** Kills for lack of memory, "TCP: out of memory" and "nf_conntrack: table full", in the words of old kernels and new. */
const telling = /out of memory|oom-kill|oom_reaper|killed process|nf_conntrack: .*table full/i;

/** The text of a record `priority,sequence,microseconds,flags;text` (Documentation/ABI/testing/dev-kmsg) if it tells. */
export function parseTellingRecord(record: string): string | undefined {
  // Below the text, lines that begin with a space name the device.
  const [, text = ''] = /^[^;]*;([^\n]*)/.exec(record) ?? [];
  return telling.test(text) ? text : undefined;
}

/**
 * From now on: each reading gives the last telling lines since the one before. By position in the log and not by the
 * time in the records, which is of another clock (local_clock) than any that a process can read.
 */
export function openKernelLog(): () => string[] {
  try {
    const file = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    const read = () => readTelling(file);
    read();
    return read;
  } catch {
    // Not permitted (kernel.dmesg_restrict), or not there.
    return () => [];
  }
}

function readTelling(file: number): string[] {
  const lines: string[] = [];
  for (const record of readRecords(file)) {
    const text = parseTellingRecord(record);
    if (text !== undefined) lines.push(text);
    if (lines.length > linesKept) lines.shift();
  }
  return lines;
}

/** To the end of the log, where a read would block. */
function* readRecords(file: number): Generator<string> {
  const record = Buffer.allocUnsafe(recordBytes);
  for (;;) {
    try {
      const length = readSync(file, record);
      if (length === 0) return;
      yield record.toString('utf8', 0, length);
    } catch (error) {
      // The next record has been overwritten meanwhile: the read after this one goes on with the oldest there is.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') continue;
      return;
    }
  }
}
