import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** A moment of a run: the line of its record that has all of these texts. */
export type Moment = readonly string[];

/** A server has said that it is ready. */
export const ready: Moment = ['"type":"server"', '"type":"ready"'];
/** A step with so many clients has passed. */
export const held = (clients: number): Moment => [
  '"type":"step"',
  `"clientsRequested":${clients},`,
  '"verdict":"passed"',
];
/** So many clients are there, and are to be held next. */
export const connected = (clients: number): Moment => ['"type":"fleet"', '"type":"connected"', `"open":${clients},`];

const variable = 'PI_WEBSOCKET_BENCH_PAUSE';

/** Preloaded, by NODE_OPTIONS, into every Node process of a run: its harness stops itself at this moment. */
export function pausing(moment: Moment): { nodeOption: string; environment: NodeJS.ProcessEnv } {
  return { nodeOption: `--import=${import.meta.filename}`, environment: { [variable]: JSON.stringify(moment) } };
}

const isHarness = isMainThread && process.argv[1]?.endsWith(join('bench', 'cli.ts'));
const asked = process.env[variable];
if (isHarness && asked !== undefined) {
  const moment: unknown[] = JSON.parse(asked);
  const { writeSync } = fs;
  let hasCome = false;
  Object.assign(fs, {
    writeSync(...words: [file: number, bytes: unknown, ...more: unknown[]]): number {
      const written: number = Reflect.apply(writeSync, fs, words);
      if (!hasCome && moment.every((text) => String(words[1]).includes(String(text)))) {
        hasCome = true;
        process.kill(process.pid, 'SIGSTOP');
      }
      return written;
    },
  });
  syncBuiltinESMExports();
}
