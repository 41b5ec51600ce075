import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Board } from './board.ts';
import { expectedOf, leftMilliseconds, type TrackedTask } from './estimate.ts';
import { outcomes, type Task } from './progress.ts';

const kinds = ['memory', 'connected', 'sending'];
const contenders = ['async', 'blocking'] as const;
const task = (kind: string, contender: (typeof contenders)[number], expectedMilliseconds = 100): Task => ({
  id: `${kind}-${contender}`,
  title: kind,
  kind,
  contender,
  expectedMilliseconds,
  pauseMilliseconds: 0,
  isDoneBefore: false,
});
const took = (seen: Task, tookMilliseconds: number, outcome: 'done' | 'failed' | 'void' = 'done'): TrackedTask => ({
  ...seen,
  state: 'ended',
  outcome,
  tookMilliseconds,
});

describe('the expected time of a task', () => {
  const mine = task('sending', 'async');
  const table: [title: string, seen: TrackedTask[], milliseconds: number][] = [
    ['is the guess of the plan at first', [], 100],
    ['is the median of its phase and contender', [took(mine, 10), took(mine, 30), took(mine, 20)], 20],
    ['is the median of its phase without its contender', [took(task('sending', 'blocking'), 50)], 50],
    ['prefers its contender to its phase', [took(task('sending', 'blocking'), 50), took(mine, 20)], 20],
    ['ignores other phases', [took(task('memory', 'async'), 50)], 100],
    ['includes void tasks', [took(mine, 20, 'void')], 20],
    ['ignores failed tasks', [took(mine, 1, 'failed')], 100],
  ];
  for (const [title, seen, milliseconds] of table) {
    test(title, () => assert.equal(expectedOf(mine, seen), milliseconds));
  }
});

describe('the remaining time', () => {
  test('is never below 0 and never grows while time passes', () => {
    const any = fc.record({
      kind: fc.constantFrom(...kinds),
      contender: fc.constantFrom(...contenders),
      expected: fc.nat(1_000),
      pause: fc.nat(100),
      takes: fc.nat(5_000),
      outcome: fc.constantFrom(...outcomes),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 20 }), (all) => {
        const board = new Board(0);
        board.plan(
          all.map(({ kind, contender, expected, pause }, index) => ({
            ...task(kind, contender, expected),
            id: String(index),
            pauseMilliseconds: pause,
          })),
        );
        let now = 0;
        const left = () => board.view(now).leftMilliseconds ?? -1;
        const wait = (milliseconds: number) => {
          const before = left();
          now += milliseconds;
          assert.ok(left() >= 0 && left() <= before, `${before} and then ${left()}`);
        };
        for (const [index, { takes, outcome, pause }] of all.entries()) {
          wait(pause);
          board.begin(String(index), now);
          wait(takes / 2);
          wait(takes / 2);
          board.end(outcome, now);
        }
        assert.equal(left(), 0);
      }),
    );
  });

  test('is the rest of the running task plus all pending tasks and their pauses', () => {
    const running: TrackedTask = { ...task('memory', 'async', 100), state: 'running', startedAt: 1_000 };
    const pending: TrackedTask = { ...task('sending', 'async', 200), pauseMilliseconds: 10, state: 'pending' };
    const before: TrackedTask = { ...task('sending', 'blocking', 9_999), state: 'done before' };
    assert.equal(leftMilliseconds([before, running, pending, pending], 0, 1_040), 60 + 2 * 210);
    assert.equal(leftMilliseconds([running, pending], 0, 5_000), 210);
    assert.equal(leftMilliseconds([pending, pending], 5_000, 5_004), 416);
    assert.equal(leftMilliseconds([pending, pending], 5_000, 9_000), 410);
  });
});
