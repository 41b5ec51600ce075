import { readArguments, UsageError } from './arguments.ts';
import type { CountersLine, ReadyLine, StoppedLine } from './contract/lines.ts';
import { createGauges } from './gauges.ts';
import type { Model } from './models/model.ts';

/** Less than the three seconds that a parent waits for a server to stop. */
const stopWithinMilliseconds = 2_500;

/**
 * Runs a server process: reads its arguments, prints `ready`, then counters at intervals, and stops in order on a
 * signal.
 */
export async function main(modelName: string, serve: Model): Promise<void> {
  const server = await start(serve);
  if (server === undefined) return;
  const { running, settings } = server;
  const readGauges = createGauges();
  const report = () =>
    print({
      type: 'counters',
      counters: running.counters.values(),
      threadHeapUsedBytes: running.threadHeapUsedBytes(),
      ...readGauges(),
    });
  const timer = setInterval(report, settings.reportMilliseconds);

  // By default Node would end through process.exit, which waits forever for a thread asleep in read(2).
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    running.exitNow(1);
  });
  const stop = async (reason: NodeJS.Signals) => {
    for (const signal of stopSignals) process.removeAllListeners(signal);
    const cut = await running.stop(stopWithinMilliseconds);
    clearInterval(timer);
    // No orderly stop is possible: end by the signal's default action, as a program without a handler does.
    if (cut === undefined) {
      process.kill(process.pid, reason);
      return;
    }
    report();
    print({ type: 'stopped', reason, cut });
    running.exitNow(0);
  };
  for (const signal of stopSignals) process.once(signal, stop);
  // The parent holds the other end of stdin: when the parent dies, even by kill -9, the server dies too.
  process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL')).resume();
  // Printed last, because a parent that reads this line may send the signal at once.
  print({
    type: 'ready',
    model: modelName,
    pid: process.pid,
    ports: running.ports,
    cipher: settings.work.cipher,
    limitations: running.limitations,
  });
}

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

async function start(serve: Model) {
  try {
    const settings = readArguments(process.argv.slice(2));
    return { running: await serve(settings), settings };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
    return undefined;
  }
}

function print(line: ReadyLine | CountersLine | StoppedLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
