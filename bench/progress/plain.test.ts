import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonTasks } from '../run/tasks.ts';
import { runEntry } from '../testing/runs.ts';
import { quietProgress } from './create.ts';
import { plainProgress } from './plain.ts';
import type { Progress } from './progress.ts';

/** Reports a whole run, with time passing. */
function tellAll(progress: Progress, wait: (seconds: number) => void): void {
  const { config } = runEntry({ only: 'memory,connected', contenders: 'async', trials: '2', coolDownS: '1' });
  const tasks = comparisonTasks(config);
  progress.plan(
    tasks.map((task) => ({ ...task, expectedMilliseconds: 20_000, isDoneBefore: /^memory/.test(task.id) })),
  );
  progress.begin('build');
  progress.live('build: async');
  wait(5);
  progress.end('done');
  progress.phase('connecting');
  progress.begin('connected-1-async');
  for (let second = 0; second < 25; second += 1) {
    wait(1);
    progress.live({ clients: second, clientsAsked: 40 });
  }
  progress.phase('  async: 40 of 40 clients: passed');
  progress.warn('it is slow');
  progress.end('void');
  wait(3_600);
  progress.begin('connected-2-async');
  progress.end('failed');
  progress.show('a\ntable');
  progress.close();
}

function linesOf(create: (write: (line: string) => void, now: () => number) => Progress): string[] {
  const lines: string[] = [];
  let now = 1_000_000;
  tellAll(
    create(
      (line) => lines.push(line),
      () => now,
    ),
    (seconds) => {
      now += seconds * 1_000;
    },
  );
  return lines;
}

test('a log has a line per event, and live figures every ten seconds', () => {
  assert.deepEqual(linesOf(plainProgress), [
    '[0:00] done before: memory, async, 1 of 2',
    '[0:00] done before: memory, async, 2 of 2',
    '[0:00] build; about 1 min left',
    '[0:05] done: build, after 0:05; about 50 s left',
    '[0:05] connecting',
    '[0:05] trial 2 of 4: connected, async, 1 of 2; about 50 s left',
    '[0:15] connected, async, 1 of 2: 9/40 clients',
    '[0:25] connected, async, 1 of 2: 19/40 clients',
    '[0:30]   async: 40 of 40 clients: passed',
    '[0:30] warning: it is slow',
    '[0:30] void: connected, async, 1 of 2, after 0:25; about 30 s left',
    '[1:00:30] trial 4 of 4: connected, async, 2 of 2; about 30 s left',
    '[1:00:30] failed: connected, async, 2 of 2, after 0:00; about 10 s left',
    'a\ntable',
  ]);
});

test('quiet progress shows only warnings', () => {
  assert.deepEqual(linesOf(quietProgress), ['warning: it is slow']);
});
