import { Board } from './board.ts';
import type { Progress } from './progress.ts';
import { about, clock, describe } from './words.ts';

const liveEveryMilliseconds = 10_000;

/** For a log file: permanent lines, each with the time since the start, without colours. */
export function plainProgress(write: (line: string) => void, now: () => number): Progress {
  const board = new Board(now());
  let nextLive = 0;
  const say = (text: string) => write(`[${clock(board.view(now()).elapsedMilliseconds)}] ${text}`);
  const left = () => {
    const { leftMilliseconds } = board.view(now());
    return leftMilliseconds === undefined ? '' : `; ${about(leftMilliseconds)} left`;
  };
  return {
    plan(tasks) {
      board.plan(tasks);
      for (const { title, isDoneBefore } of tasks) if (isDoneBefore) say(`done before: ${title}`);
    },
    begin(id) {
      const task = board.begin(id, now());
      if (task === undefined) return;
      say(`${[task.ordinal, task.title].filter(Boolean).join(': ')}${left()}`);
      nextLive = now() + liveEveryMilliseconds;
    },
    end(outcome) {
      const task = board.end(outcome, now());
      if (task !== undefined) say(`${outcome}: ${task.title}, after ${clock(task.tookMilliseconds)}${left()}`);
    },
    phase: say,
    live(doing) {
      if (now() < nextLive) return;
      nextLive = now() + liveEveryMilliseconds;
      const { current } = board.view(now());
      say(current === undefined ? describe(doing) : `${current.title}: ${describe(doing)}`);
    },
    warn: (text) => say(`warning: ${text}`),
    show: write,
    close: () => {},
  };
}
