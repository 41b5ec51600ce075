import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { messageOf } from '../errors.ts';
import { parseTuneRequest, type TuneLine } from './lines.ts';
import { governorRaises } from './settings.ts';
import { otherStates } from './state.ts';
import { restore, tune } from './tune.ts';

/**
 * `tune-hold <stateFile>` raises the settings on the first line of its stdin, and the governors of its machine. It puts all
 * back when its stdin ends or a signal asks it to. `--restore` only puts back what a killed tune-hold raised. `--root` is
 * for tests: a folder in place of the machine's own /proc and /sys, which needs no root.
 */
const usage = 'usage: tune-hold <stateFile> [--restore] [--root <folder>]';

interface Place {
  stateFile: string;
  root?: string | undefined;
}

async function hold({ stateFile, root }: Place): Promise<void> {
  const input = createInterface({ input: process.stdin });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  // Signals are caught before anything is raised, so that only SIGKILL can leave settings raised.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end());
  input.once('close', end);
  const line = await Promise.race([once(input, 'line').then(([text]) => String(text)), ended]);
  const request = parseTuneRequest(line ?? '');
  if (request === undefined) fail('the first line of stdin is no {"raises":[{"setting":…,"value":…}]}: send one');
  try {
    const raises = [...request.raises, ...governorRaises(root)];
    print({ type: 'tuned', ...tune({ raises, stateFile, ...(root !== undefined && { root, isRoot: true }) }) });
    await ended;
  } finally {
    print({ type: 'restored', warnings: restore(stateFile, root) });
  }
}

function putBack({ stateFile, root }: Place): void {
  const warnings = restore(stateFile, root);
  const holding = otherStates(stateFile).filter(({ isRunning }) => isRunning);
  print({
    type: 'restored',
    warnings: [
      ...warnings,
      ...holding.map(
        ({ pid }) => `another run (process ${pid}) still needs raised settings, and puts them back when it ends`,
      ),
    ],
  });
}

function print(line: TuneLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`tune-hold: ${sentence}\n`);
  process.exit(1);
}

function readArguments(): Place & { isRestore: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { restore: { type: 'boolean', default: false }, root: { type: 'string' } },
      allowPositionals: true,
    });
    const [stateFile, ...others] = positionals;
    if (!stateFile || others.length > 0) fail(usage);
    return { stateFile, root: values.root, isRestore: values.restore };
  } catch (error) {
    return fail(`${messageOf(error)}; ${usage}`);
  }
}

// The reader of stdout may be gone. Settings are put back all the same.
process.stdout.on('error', () => {});
const { isRestore, ...place } = readArguments();
if (isRestore) putBack(place);
else await hold(place);
process.exit(0);
