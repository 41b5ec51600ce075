import { readdirSync, readFileSync } from 'node:fs';

/** Command lines, by process id, of all processes whose command line contains `text`. */
export function processesWith(text: string): Map<number, string> {
  const commands = processIds().map((pid) => [pid, commandOf(pid)] as const);
  return new Map(commands.filter(([, command]) => command.includes(text)));
}

/** The command line of a process; empty when the process has ended, even if its parent has not waited for it. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

export function descendants(pid: number): number[] {
  const children = processIds().filter((child) => Number(/^PPid:\s+(\d+)/m.exec(read(child, 'status'))?.[1]) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}
