import { join } from 'node:path';
import { isatty } from 'node:tty';
import { Command, CommanderError } from 'commander';
import { cleanFrom, type DeployOptions, deployTo, restoreOn, statusOf } from '../deploy/commands.ts';
import { addCommand } from './command-line/options.ts';
import { withRunOptions } from './command-line/run-options.ts';
import { compare } from './commands/compare.ts';
import { diff } from './commands/diff/diff.ts';
import { doctor } from './commands/doctor.ts';
import { buildRelease } from './commands/release.ts';
import { renderChecks } from './commands/self/render-checks.ts';
import { self } from './commands/self/self.ts';
import { BenchError, Interrupted, messageOf } from './errors.ts';
import type { Flags } from './plan/options/options.ts';
import type { CommandName } from './plan/options/row.ts';
import { createProgress } from './progress/create.ts';
import type { Progress } from './progress/progress.ts';
import { renderArrivals } from './report/arrivals.ts';
import { renderConclusions, renderTerminal } from './report/terminal.ts';
import type { RunOptions } from './run/run.ts';
import type { Summary } from './summary/summary.ts';

/** The only place that prints usage, reads signals and exits. */
const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const resultsDirectory = join(import.meta.dirname, '..', 'results');

function createProgram(): Command {
  const program = new Command('bench')
    .description('Blocking threads or an async event loop: the same TLS websocket work, measured.')
    .exitOverride()
    // Errors stay in one line: commander puts its guess at the intended word on a second one.
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '').replace('\n(', ' (')) });
  const command = (name: CommandName, description: string, action: (flags: Flags) => Promise<void>) =>
    addCommand(program, name).description(description).action(action);
  const onTarget = (name: CommandName, description: string, action: TargetAction) =>
    addCommand(program, name)
      .description(description)
      .argument('<user@host>', 'as for ssh')
      .action((destination: string, flags: Flags) => runOnTarget(destination, flags, action));
  command('compare', 'build both servers, load them, and print and save the comparison', runCompare);
  command('connect', 'measure how many clients and plain HTTPS requests the servers take each second', runConnect);
  command('doctor', 'show which ceilings a plan would meet on these machines, and how to raise them', runDoctor);
  addCommand(program, 'diff')
    .description('show two runs side by side, with verdicts and all other differences')
    .argument('<first>', 'folder of a run')
    .argument('<second>', 'folder of another')
    .action(runDiff);
  addCommand(program, 'report')
    .description('make tables, charts and a page of a run from its record alone, or of several runs side by side')
    .argument('<runs...>', 'folders of runs')
    .action(runReport);
  command('self', 'measure what the suite itself costs, against what it promises', runSelf);
  onTarget('deploy', 'bring everything that servers need to another machine, by ssh', (options, { clean }) =>
    clean === true ? cleanFrom(options) : deployTo(options, (hosts) => buildRelease(hosts, options.signal)),
  );
  onTarget('deploy-status', 'show what the suite has on another machine', statusOf);
  onTarget('deploy-restore', 'put back the settings that a run has raised on another machine', restoreOn);
  return program;
}

async function runCompare(flags: Flags): Promise<void> {
  const { summary, directory } = await watched(flags, compare);
  const width = terminalWidth();
  process.stdout.write(`\n${renderTerminal(summary, width)}\n${renderConclusions(summary, width)}\n`);
  conclude(summary, directory, flags);
}

async function runConnect({ saturate, ...flags }: Flags): Promise<void> {
  if (saturate && flags.rate !== undefined) {
    throw new BenchError('BAD_OPTION', '--rate and --saturate exclude each other: name rates, or let them rise');
  }
  const { summary, directory, arrivals } = await watched(
    { ...flags, only: 'calibration,arrivals,https', ...(saturate && { rate: [] }) },
    compare,
  );
  process.stdout.write(`\n${renderArrivals(summary, arrivals, terminalWidth())}\n`);
  conclude(summary, directory, flags);
}

function conclude({ outcome }: Summary, directory: string, { json }: Flags): void {
  process.stdout.write(`Record, tables, charts and page: ${directory}\n`);
  if (json) process.stdout.write(`${join(directory, 'summary.json')}\n`);
  process.exitCode =
    outcome === 'complete' ? exitCodes.done : outcome === 'interrupted' ? exitCodes.interrupted : exitCodes.failed;
}

async function runDoctor(flags: Flags): Promise<void> {
  process.stdout.write(`${await watched(flags, doctor)}\n`);
}

async function runDiff(first: string, second: string, { failIf = [] }: Flags): Promise<void> {
  const { text, failures } = await diff([first, second], failIf, terminalWidth());
  process.stdout.write(text);
  for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
  process.exitCode = failures.length === 0 ? exitCodes.done : exitCodes.failed;
}

async function runReport(folders: string[], { output }: Flags): Promise<void> {
  const { report } = await import('./commands/report.ts');
  const directory = await interruptible({}, (signal) => report({ folders, output, resultsDirectory, signal }));
  process.stdout.write(`Tables, charts and page: ${join(directory, 'report.html')}\n`);
}

async function runSelf(flags: Flags): Promise<void> {
  const { checks, directory } = await watched({ ...flags, profile: 'quick' }, self);
  process.stdout.write(`\n${renderChecks(checks, terminalWidth())}\n\nRecord: ${directory}\n`);
  process.exitCode = checks.every((check) => check.isMet) ? exitCodes.done : exitCodes.failed;
}

type TargetAction = (options: DeployOptions, flags: Flags) => Promise<string>;

async function runOnTarget(destination: string, { sshConfig, ...flags }: Flags, action: TargetAction): Promise<void> {
  const text = await interruptible(flags, async (signal, progress) =>
    action({ destination, sshConfig, signal, phase: (what) => progress.phase(what) }, flags),
  );
  process.stdout.write(`${text}\n`);
}

/** Runs something long with progress on stderr, and turns signals into an orderly stop. */
async function interruptible<Result>(
  { quiet = false }: Flags,
  run: (signal: AbortSignal, progress: Progress) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const progress = createProgress(process.stderr, quiet);
  const interrupt = () => {
    if (controller.signal.aborted) {
      // A second Ctrl-C does not wait: what was started dies with this process.
      progress.close();
      process.exit(exitCodes.interrupted);
    }
    progress.phase('stopping everything that was started; once more to leave at once');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await run(controller.signal, progress);
  } finally {
    progress.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** A run, by the plan and on the machines that the user has named. */
function watched<Result>(flags: Flags, run: (options: RunOptions) => Promise<Result>): Promise<Result> {
  return interruptible(flags, (signal, progress) => withRunOptions(flags, { resultsDirectory, progress, signal }, run));
}

function terminalWidth(): number {
  return isatty(1) ? process.stdout.columns : 100;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof Interrupted) {
    process.exitCode = exitCodes.interrupted;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    process.stderr.write(
      `${error instanceof BenchError ? error.message : error instanceof Error ? error.stack : messageOf(error)}\n`,
    );
    process.exitCode = error instanceof BenchError && error.code === 'BAD_OPTION' ? exitCodes.usage : exitCodes.failed;
  }
}
