import { readFileSync } from 'node:fs';

/** One of the kernel's files; undefined where there is none, or where it may not be read. */
export function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

export function readText(path: string): string | undefined {
  return readBytes(path)?.toString('utf8');
}

/**
 * A count as the kernel prints it. Undefined where it states no limit: `max`, `unlimited`, -1, or a number near 2^63,
 * which is what an unsigned 64-bit number that nobody has set looks like in pages or in bytes.
 */
export function parseCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function readCount(path: string): number | undefined {
  return parseCount(readText(path));
}

/** The numbers of one `Name: 123 kB` file, in bytes where the kernel says kB. */
export function parseFields(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const match of text.matchAll(/^(\w+):\s+(\d+)( kB)?$/gm)) {
    fields.set(match[1] ?? '', Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return fields;
}

/** One line of /proc/vmstat, as `pswpin 3`. */
export function parseLine(text: string | undefined, name: string): number | undefined {
  return parseCount(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]);
}

/** `oom_kill 3`, a line of /proc/vmstat (since Linux 4.13) and of a cgroup's memory.events or memory.oom_control. */
export function parseOomKills(text: string | undefined): number | undefined {
  return parseLine(text, 'oom_kill');
}

/** One line of /proc/PID/limits, as `Max open files`; undefined where it is unlimited. */
export function parseResourceLimit(
  limits: string,
  name: string,
): { soft?: number | undefined; hard?: number | undefined } {
  const [, soft, hard] = new RegExp(`^${name}\\s+(\\S+)\\s+(\\S+)`, 'm').exec(limits) ?? [];
  return { soft: parseCount(soft), hard: parseCount(hard) };
}
