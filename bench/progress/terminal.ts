import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Progress } from '../progress.ts';
import { doneBeforeLine, endLine, flow, type Paint, renderBlock, type Style } from './block.ts';
import { Board } from './board.ts';

const colours = { good: 'green', bad: 'red', faint: 'dim' } as const satisfies Record<Style, string>;
const drawEveryMilliseconds = 1_000;

/** For a person: what has ended stays and scrolls up, and below it stands what is at work. */
export function terminalProgress(stream: WriteStream, now: () => number): Progress {
  const board = new Board(now());
  const update = createLogUpdate(stream);
  const paint: Paint = (style, text) => styleText(colours[style], text, { stream });
  const draw = () => update(renderBlock(board.view(now()), stream, paint).join('\n'));
  const print = (text: string) => {
    update.clear();
    stream.write(`${text}\n`);
    draw();
  };
  const timer = setInterval(draw, drawEveryMilliseconds);
  timer.unref();
  stream.on('resize', draw);
  return {
    plan(tasks) {
      board.plan(tasks);
      for (const { title, isDoneBefore } of tasks) if (isDoneBefore) print(doneBeforeLine(title, paint));
      draw();
    },
    begin(id) {
      board.begin(id, now());
      draw();
    },
    end(outcome) {
      const task = board.end(outcome, now());
      if (task !== undefined) print(endLine(task.title, outcome, task.tookMilliseconds, paint));
    },
    phase: (text) => print(flow(text, stream.columns)),
    live(doing) {
      board.live(doing);
      draw();
    },
    warn(text) {
      board.warned();
      const [first = '', ...more] = flow(`warning: ${text}`, stream.columns).split('\n');
      print([first.replace(/^warning:/, (word) => paint('bad', word)), ...more].join('\n'));
    },
    show: print,
    close() {
      clearInterval(timer);
      stream.off('resize', draw);
      update.clear();
      update.done();
    },
  };
}
