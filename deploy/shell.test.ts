import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { scriptLine, shellLine } from './shell.ts';

/** Words without NUL, which no argument of a program can contain. */
const words = fc.array(fc.string({ unit: 'binary' }).map((word) => word.replaceAll('\0', '')));
/** Prints its arguments as JSON. */
const echo = [process.execPath, '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--'];

describe('a line for a shell', () => {
  test('keeps every word as it is', () => {
    fc.assert(
      fc.property(words, (given) => {
        const out = execFileSync('sh', ['-c', shellLine([...echo, ...given])], { encoding: 'utf8' });
        assert.deepEqual(JSON.parse(out), given);
      }),
      { numRuns: 20 },
    );
  });

  test('passes its words to a script', () => {
    const line = scriptLine('printf "%s|" "$@"', 'a b', "c'd", '$HOME', '; exit 1', '*');
    assert.equal(execFileSync('sh', ['-c', line], { encoding: 'utf8' }), "a b|c'd|$HOME|; exit 1|*|");
  });
});
