import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { cleanFrom, deployTo, restoreOn, statusOf } from '../../deploy/commands.ts';
import { buildRelease } from '../commands/release.ts';
import { BenchError, Interrupted, messageOf } from '../errors.ts';
import type { Flags } from '../plan/options/options.ts';
import type { CommandName } from '../plan/options/row.ts';
import {
  exitCodes,
  runCompare,
  runConnect,
  runDiff,
  runDoctor,
  runOnTarget,
  runReport,
  runSelf,
  type TargetAction,
} from './actions.ts';
import { addCommand } from './options.ts';

/** All commands. @param output receives what commander writes; absent: stdout and stderr of this process. */
export function createProgram(output: OutputConfiguration = {}): Command {
  const program = new Command('bench')
    .description('Blocking threads or an async event loop: the same TLS websocket work, measured.')
    .exitOverride()
    // Errors stay in one line: commander puts its guess at the intended word on a second one.
    .configureOutput({
      ...output,
      outputError: (text, write) => write(text.replace(/^error: /, '').replace('\n(', ' (')),
    });
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

/** Exit code and last sentence for what a command has thrown. Commander itself prints what it refuses. */
export function exitOf(error: unknown): { exitCode: number; text?: string } {
  if (error instanceof Interrupted) return { exitCode: exitCodes.interrupted };
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? exitCodes.done : exitCodes.usage };
  if (!(error instanceof BenchError)) {
    return { exitCode: exitCodes.failed, text: (error instanceof Error && error.stack) || messageOf(error) };
  }
  return { exitCode: error.code === 'BAD_OPTION' ? exitCodes.usage : exitCodes.failed, text: error.message };
}
