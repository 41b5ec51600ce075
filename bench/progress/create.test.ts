import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isTerminal } from './create.ts';

describe('a live block', () => {
  const size = { columns: 80, rows: 24 };
  const table: [stream: Parameters<typeof isTerminal>[0], kind: string | undefined, isShown: boolean][] = [
    [{ isTTY: true, ...size }, 'xterm-256color', true],
    [{ isTTY: true, ...size }, undefined, true],
    [{ isTTY: true, ...size }, 'dumb', false],
    [{ isTTY: false, ...size }, 'xterm-256color', false],
    [{ isTTY: true, columns: 0, rows: 0 }, 'vt220', false],
  ];
  for (const [stream, kind, isShown] of table) {
    test(`is ${isShown ? '' : 'not '}shown on ${JSON.stringify(stream)} of the kind ${kind}`, () => {
      assert.equal(isTerminal(stream, kind), isShown);
    });
  }
});
