import { readdirSync, readFileSync } from 'node:fs';

/** Command lines, by process id, of all processes that have `text` in theirs. */
export function processesWith(text: string): Map<number, string> {
  const commands = processIds().map((pid) => [pid, commandOf(pid)] as const);
  return new Map(commands.filter(([, command]) => command.includes(text)));
}

/** Of a process that has ended, whether or not somebody has waited for it, nothing is left. */
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
    // Ended meanwhile.
    return '';
  }
}
