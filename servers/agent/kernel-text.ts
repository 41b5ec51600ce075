import { readFileSync } from 'node:fs';

/** Content of a kernel file; undefined when it does not exist or must not be read. */
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
 * Parses a count as the kernel prints it. Undefined when it states no limit: `max`, `unlimited`, -1, or a number near
 * 2^63, which is how an unset unsigned 64-bit limit appears in pages or in bytes.
 */
export function parseCount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+\s*$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function readCount(path: string): number | undefined {
  return parseCount(readText(path));
}

/** Parses the lines `Name: 123 kB` of a file; numbers in kB become bytes. */
export function parseFields(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const match of text.matchAll(/^(\w+):\s+(\d+)( kB)?$/gm)) {
    fields.set(match[1] ?? '', Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return fields;
}

/** Parses one line of /proc/vmstat, such as `pswpin 3`. */
export function parseLine(text: string | undefined, name: string): number | undefined {
  return parseCount(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]);
}

/**
 * Parses `oom_kill 3`, a line of /proc/vmstat (since Linux 4.13) and of a cgroup's memory.events or memory.oom_control.
 */
export function parseOomKills(text: string | undefined): number | undefined {
  return parseLine(text, 'oom_kill');
}

/** Parses one line of /proc/PID/limits, such as `Max open files`. An unlimited value is undefined. */
export function parseResourceLimit(
  limits: string,
  name: string,
): { soft?: number | undefined; hard?: number | undefined } {
  const [, soft, hard] = new RegExp(`^${name}\\s+(\\S+)\\s+(\\S+)`, 'm').exec(limits) ?? [];
  return { soft: parseCount(soft), hard: parseCount(hard) };
}
