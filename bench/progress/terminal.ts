import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import stringWidth from 'string-width';
import { doneBeforeLine, endLine, type Paint, renderBlock, type Style, wrapHanging } from './block.ts';
import { Board } from './board.ts';
import type { Progress } from './progress.ts';

const colours = { good: 'green', bad: 'red', faint: 'dim' } as const satisfies Record<Style, string>;
const drawEveryMilliseconds = 1_000;

export type Terminal = NodeJS.WritableStream & Pick<WriteStream, 'columns' | 'rows' | 'moveCursor' | 'clearScreenDown'>;

/** For a terminal: finished tasks stay and scroll up; the live block stands below them. */
export function terminalProgress(stream: Terminal, now: () => number): Progress {
  const board = new Board(now());
  const update = createLogUpdate(stream);
  const paint: Paint = (style, text) => styleText(colours[style], text, { stream });
  let drawn: string[] = [];
  const draw = () => {
    drawn = renderBlock(board.view(now()), stream, paint);
    update(drawn.join('\n'));
  };
  const follow = () => {
    update.clear();
    // A terminal that became narrower has wrapped the lines, which then took more rows than log-update has cleared.
    const broken = drawn.reduce((sum, line) => sum + Math.max(0, rowsOf(line, stream.columns) - 1), 0);
    if (broken > 0) stream.moveCursor(0, -broken);
    stream.clearScreenDown();
    draw();
  };
  const print = (text: string) => {
    update.clear();
    stream.write(`${text}\n`);
    draw();
  };
  const timer = setInterval(draw, drawEveryMilliseconds);
  timer.unref();
  stream.on('resize', follow);
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
    phase: (text) => print(wrapHanging(text, stream.columns)),
    live(doing) {
      board.live(doing);
      draw();
    },
    warn(text) {
      board.warned();
      const [first = '', ...more] = wrapHanging(`warning: ${text}`, stream.columns).split('\n');
      print([first.replace(/^warning:/, (word) => paint('bad', word)), ...more].join('\n'));
    },
    show: print,
    close() {
      clearInterval(timer);
      stream.off('resize', follow);
      update.clear();
      update.done();
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.ceil(stringWidth(line) / Math.max(1, columns));
}
