/** Words as one line for a POSIX shell, or another with single quotes like its: whatever they hold, they stay words. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** A script for `sh`, whatever shell the user has there, with its arguments as $1, $2 and so on. */
export function scriptLine(script: string, ...words: string[]): string {
  return `exec ${shellLine(['sh', '-c', script, 'sh', ...words])}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
