import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { WriteStream } from 'node:tty';
import { stripVTControlCharacters } from 'node:util';
import { taskOf } from '../run/tasks.ts';
import { terminalProgress } from './terminal.ts';

/**
 * A fake terminal of 80 columns that keeps what is written; its colour depth follows the environment like a real one.
 */
function fakeTerminal() {
  const written: string[] = [];
  const stream = Object.assign(new PassThrough(), {
    ...{ isTTY: true, columns: 80, rows: 24 },
    getColorDepth: (environment?: object) => WriteStream.prototype.getColorDepth(environment),
    moveCursor: () => true,
    clearScreenDown: () => true,
  });
  stream.on('data', (chunk) => written.push(String(chunk)));
  return { stream, written };
}

function runThrough(stream: ReturnType<typeof fakeTerminal>['stream']): void {
  const progress = terminalProgress(stream, () => 0);
  progress.plan([taskOf('build', 1), { ...taskOf('calibration', 1), isDoneBefore: true }]);
  progress.begin('build');
  progress.live('build: async');
  progress.warn('it is slow');
  progress.end('done');
  progress.close();
}

describe('progress on a terminal', () => {
  const names = [
    'NO_COLOR',
    'FORCE_COLOR',
    'NODE_DISABLE_COLORS',
    'TERM',
    'COLORTERM',
    'TERM_PROGRAM',
    'TMUX',
    'CI',
  ] as const;
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of names) delete process.env[name];
    process.env.TERM = 'xterm-256color';
  });
  afterEach(() => {
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  const table: [environment: Record<string, string>, isColoured: boolean][] = [
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
    [{ TERM: 'strange' }, false],
    [{ TERM: 'strange', FORCE_COLOR: '1' }, true],
  ];
  for (const [environment, isColoured] of table) {
    test(`is ${isColoured ? '' : 'not '}coloured with ${JSON.stringify(environment)}`, () => {
      Object.assign(process.env, environment);
      const { stream, written } = fakeTerminal();
      runThrough(stream);
      const text = written.join('');
      assert.equal(text.includes('\u001b[32m✓'), isColoured);
      assert.equal(text.includes('\u001b[31mwarning:'), isColoured);
      assert.ok(stripVTControlCharacters(text).includes('✓ build '));
    });
  }

  test('keeps finished tasks and warnings above the block, which counts the warnings', () => {
    const { stream, written } = fakeTerminal();
    runThrough(stream);
    const text = stripVTControlCharacters(written.join(''));
    assert.match(text, /✓ calibration +done before\n/);
    assert.match(text, /\nwarning: it is slow\n/);
    assert.match(
      text,
      /• build +0:00 of about 10 s\n {2}build: async\n {2}0:00 so far, about 10 s left, 1 warning above/,
    );
  });

  test('clears all rows of a block that a narrower terminal has wrapped', () => {
    const { stream, written } = fakeTerminal();
    let up = 0;
    stream.moveCursor = (_x?: number, y = 0) => {
      up -= y;
      return true;
    };
    const progress = terminalProgress(stream, () => 0);
    progress.plan([taskOf('build', 1)]);
    progress.begin('build');
    stream.columns = 30;
    stream.emit('resize');
    progress.close();
    assert.equal(up, 2, 'both lines were wider than 30 columns');
    const last = stripVTControlCharacters(written.at(-2) ?? '');
    for (const line of last.split('\n')) assert.ok(line.length <= 30, line);
  });
});
