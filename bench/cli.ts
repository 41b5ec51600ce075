import { join } from 'node:path';
import { isatty } from 'node:tty';
import { Command, CommanderError, Option } from 'commander';
import { compare } from './compare.ts';
import { type Overrides, resolveConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { BenchError, messageOf } from './errors.ts';
import { defaultsOf, profileNames } from './profiles.ts';
import { createProgress } from './progress.ts';
import { renderChecks, renderTerminal } from './report/terminal.ts';
import type { RunOptions } from './run.ts';
import { self } from './self/self.ts';

/** The only place that prints usage, reads signals and exits. */
const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const root = join(import.meta.dirname, '..');

interface SelfFlags {
  results: string;
}
interface CompareFlags extends Overrides, SelfFlags {
  json?: boolean;
}

function createProgram(): Command {
  const program = new Command('bench')
    .description('Blocking threads or an async event loop: the same TLS websocket work, measured.')
    .exitOverride()
    // One line: commander puts its guess at what was meant on a second.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '').replace('\n(', ' (')) });
  program
    .command('compare')
    .description('build both servers, load them, and print and save the comparison')
    .addOption(new Option('--profile <name>', 'how thorough').choices(profileNames).default('quick'))
    .option('--contenders <names>', 'servers to compare, with commas between (default: blocking,async)')
    .option('--clients <number>', `clients the ramp goes towards (default: ${defaultsOf((c) => c.ramp.clients)})`)
    .option(
      '--memory-clients <number>',
      `clients of the memory phase (default: ${defaultsOf((c) => c.memory.clients)})`,
    )
    .option(
      '--interval-ms <ms>',
      `time between a client's messages (default: ${defaultsOf((c) => c.intervalMilliseconds)})`,
    )
    .option('--message-bytes <bytes>', `size of a message (default: ${defaultsOf((c) => c.messageBytes)})`)
    .option('--trials <number>', `how often each phase is run (default: ${defaultsOf((c) => c.trials)})`)
    .option(
      '--cipher <name>',
      'TLS 1.3 cipher suite (default: by the CPU: AES-128-GCM where it has AES instructions, else ChaCha20)',
    )
    .option('--results <directory>', 'folder that gets a folder for this run', join(root, 'results'))
    .option('--json', 'print the path of summary.json as the last line of stdout')
    .allowExcessArguments(false)
    .action(runCompare);
  program
    .command('self')
    .description('measure what the suite itself costs, against what it promises')
    .option('--results <directory>', 'folder that gets a folder for this run', join(root, 'results'))
    .allowExcessArguments(false)
    .action(runSelf);
  return program;
}

async function runCompare(flags: CompareFlags): Promise<void> {
  const { summary, directory } = await watched(flags, compare);
  process.stdout.write(`\n${renderTerminal(summary, isatty(1) ? process.stdout.columns : 100)}\n`);
  process.stdout.write(`Record, summary and table: ${directory}\n`);
  if (flags.json) process.stdout.write(`${join(directory, 'summary.json')}\n`);
  const { outcome } = summary;
  process.exitCode =
    outcome === 'complete' ? exitCodes.done : outcome === 'interrupted' ? exitCodes.interrupted : exitCodes.failed;
}

async function runSelf(flags: SelfFlags): Promise<void> {
  const { checks, directory } = await watched({ ...flags, profile: 'quick' }, self);
  process.stdout.write(`\n${renderChecks(checks)}\n\nRecord: ${directory}\n`);
  process.exitCode = checks.every((check) => check.isMet) ? exitCodes.done : exitCodes.failed;
}

/** Runs something long with progress on stderr, and turns signals into an orderly stop. */
async function watched<Result>(
  flags: Overrides & { results: string },
  run: (options: RunOptions) => Promise<Result>,
): Promise<Result> {
  if (process.platform !== 'linux') {
    throw new BenchError('PLATFORM', 'servers are watched through /proc, which only Linux has: run this on Linux');
  }
  const environment = readEnvironment();
  const config = resolveConfig(flags, environment.cpuHasAes);
  const controller = new AbortController();
  const interrupt = () => {
    // A second Ctrl-C does not wait: what was started dies with this process.
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write('\nstopping everything that was started; once more to leave at once\n');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const progress = createProgress(process.stderr);
  try {
    return await run({ config, environment, resultsDirectory: flags.results, progress, signal: controller.signal });
  } finally {
    progress.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    process.stderr.write(
      `${error instanceof BenchError ? error.message : error instanceof Error ? error.stack : messageOf(error)}\n`,
    );
    process.exitCode = error instanceof BenchError && error.code === 'BAD_OPTION' ? exitCodes.usage : exitCodes.failed;
  }
}
