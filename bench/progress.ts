import { createLogUpdate } from 'log-update';

/** What a person watching sees; all of it goes to stderr, so that stdout holds the results alone. */
export interface Progress {
  /** A step of the run begins. */
  phase(text: string): void;
  /** What is going on right now: one line that changes on a terminal, now and then a line elsewhere. */
  live(text: string): void;
  warn(text: string): void;
  /** Lines as they are: a table. */
  show(text: string): void;
  close(): void;
}

const plainEveryMilliseconds = 5_000;

export function createProgress(stream: NodeJS.WriteStream): Progress {
  const start = performance.now();
  const elapsed = () => {
    const seconds = Math.floor((performance.now() - start) / 1_000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const stamp = (text: string) => `[${elapsed()}] ${text}`;
  return stream.isTTY ? terminalProgress(stream, stamp) : plainProgress(stream, stamp);
}

function terminalProgress(stream: NodeJS.WriteStream, stamp: (text: string) => string): Progress {
  const update = createLogUpdate(stream);
  const print = (text: string) => {
    update.clear();
    stream.write(`${text}\n`);
  };
  return {
    phase: (text) => print(stamp(text)),
    live: (text) => update(stamp(text)),
    warn: (text) => print(stamp(`warning: ${text}`)),
    show: print,
    close: () => update.clear(),
  };
}

function plainProgress(stream: NodeJS.WriteStream, stamp: (text: string) => string): Progress {
  let nextLive = 0;
  const print = (text: string) => stream.write(`${text}\n`);
  return {
    phase: (text) => print(stamp(text)),
    live(text) {
      if (performance.now() < nextLive) return;
      nextLive = performance.now() + plainEveryMilliseconds;
      print(stamp(text));
    },
    warn: (text) => print(stamp(`warning: ${text}`)),
    show: print,
    close: () => {},
  };
}
