import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { DeployOptions } from '../../deploy/commands.ts';
import { compare } from '../commands/compare.ts';
import { diff } from '../commands/diff/diff.ts';
import { doctor } from '../commands/doctor.ts';
import { renderChecks } from '../commands/self/render-checks.ts';
import { self } from '../commands/self/self.ts';
import { BenchError } from '../errors.ts';
import type { Flags } from '../plan/options/options.ts';
import { createProgress } from '../progress/create.ts';
import type { Progress } from '../progress/progress.ts';
import { renderArrivals } from '../report/arrivals.ts';
import { renderConclusions, renderTerminal } from '../report/terminal.ts';
import type { RunOptions } from '../run/run.ts';
import type { Summary } from '../summary/summary.ts';
import { withRunOptions } from './run-options.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const resultsDirectory = join(import.meta.dirname, '..', '..', 'results');

export async function runCompare(flags: Flags): Promise<void> {
  const { summary, directory } = await watched(flags, compare);
  const width = terminalWidth();
  process.stdout.write(`\n${renderTerminal(summary, width)}\n${renderConclusions(summary, width)}\n`);
  conclude(summary, directory, flags);
}

export async function runConnect({ saturate, ...flags }: Flags): Promise<void> {
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

export async function runDoctor(flags: Flags): Promise<void> {
  process.stdout.write(`${await watched(flags, doctor)}\n`);
}

export async function runDiff(first: string, second: string, { failIf = [] }: Flags): Promise<void> {
  const { text, failures } = await diff([first, second], failIf, terminalWidth());
  process.stdout.write(text);
  for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
  process.exitCode = failures.length === 0 ? exitCodes.done : exitCodes.failed;
}

export async function runReport(folders: string[], { output }: Flags): Promise<void> {
  const { report } = await import('../commands/report.ts');
  const directory = await interruptible({}, (signal) => report({ folders, output, resultsDirectory, signal }));
  process.stdout.write(`Tables, charts and page: ${join(directory, 'report.html')}\n`);
}

export async function runSelf(flags: Flags): Promise<void> {
  const { checks, directory } = await watched({ ...flags, profile: 'quick' }, self);
  process.stdout.write(`\n${renderChecks(checks, terminalWidth())}\n\nRecord: ${directory}\n`);
  process.exitCode = checks.every((check) => check.isMet) ? exitCodes.done : exitCodes.failed;
}

export type TargetAction = (options: DeployOptions, flags: Flags) => Promise<string>;

export async function runOnTarget(
  destination: string,
  { sshConfig, ...flags }: Flags,
  action: TargetAction,
): Promise<void> {
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
