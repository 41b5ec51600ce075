import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LastWords } from './last-words.ts';

function keptLines(lines: string[]): string[] {
  const words = new LastWords();
  for (const line of lines) words.add(line);
  return words.lines;
}

describe('last words', () => {
  test('are the last forty lines, each cut to two thousand characters', () => {
    const lines = keptLines([...Array.from({ length: 99 }, (_, number) => `word ${number}`), 'x'.repeat(3_000)]);
    assert.equal(lines.length, 40);
    assert.deepEqual([lines[0], lines.at(-1)?.length], ['word 60', 2_000]);
  });

  test('are not displaced by the stacks of threads, nor by lines that all of them print', () => {
    const thread = [
      '',
      '<--- Last few GCs --->',
      '[26377:0x7eb63194b000]    99724 ms: Scavenge 6.8 (7.1) -> 6.4 (6.9) MB, pooled: 0.5 MB',
      'FATAL ERROR: Scavenger: semi-space copy Allocation failed - JavaScript heap out of memory',
      '----- Native stack trace -----',
      ...Array.from({ length: 20 }, (_, frame) => ` ${frame}: 0x${(frame * 4_096).toString(16)}  [/bin/node]`),
    ];
    const last = ['Error: EAGAIN', '    at new Worker (node:internal/worker:281:13)'];
    assert.deepEqual(keptLines([...Array.from({ length: 50 }, () => thread).flat(), ...last]), [thread[3], ...last]);
  });
});
