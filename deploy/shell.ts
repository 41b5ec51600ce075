import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words as one line for a POSIX shell, or another with single quotes like its: whatever they hold, they stay words. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A script for `sh`, whatever shell the user has there, with its arguments as $1, $2 and so on. */
export function scriptLine(script: string, ...words: string[]): string {
  return `exec ${shellLine(['sh', '-c', script, 'sh', ...words])}`;
}

/** A script of scripts/ as text for `scriptLine`, without its comments. */
export function readScript(name: string): string {
  const text = readFileSync(join(import.meta.dirname, 'scripts', `${name}.sh`), 'utf8');
  return text.replaceAll(/^\s*#.*\n/gm, '');
}

/** Begins every line by which a script tells something, so that no greeting of a login is taken for one. */
export const mark = '== ';

/** What a script has told, a line each, without the mark. */
export function markedLines(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
