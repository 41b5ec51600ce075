import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Quotes words into one line for a shell with POSIX single quotes, so that it reads back exactly these words. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A line that runs a script in `sh`, for any login shell, with its arguments as $1, $2 and so on. */
export function scriptLine(script: string, ...words: string[]): string {
  return `exec ${shellLine(['sh', '-c', script, 'sh', ...words])}`;
}

/** Reads a script of scripts/ as text for `scriptLine`, without its comments. */
export function readScript(name: string): string {
  const text = readFileSync(join(import.meta.dirname, 'scripts', `${name}.sh`), 'utf8');
  return text.replaceAll(/^\s*#.*\n/gm, '');
}

/** Begins every line of a script's answer, which keeps it apart from a greeting that the login prints. */
export const answerPrefix = '== ';

/** The lines of a script's answer, without the prefix. Pure. */
export function answerLines(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(answerPrefix) ? [line.slice(answerPrefix.length)] : []));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
