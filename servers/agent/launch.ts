import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { AgentStart } from '../contract/agent.ts';

export type ServerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface Launch {
  process: ServerProcess;
  limitations: string[];
}

/**
 * Starts the server so that it cannot outlive the agent: its stdin is a pipe that ends with the agent, and with
 * util-linux the kernel itself kills it (PR_SET_PDEATHSIG, prctl(2)). `setpriv`, `taskset` and `prlimit` replace
 * themselves by the next program, so that the started process becomes the server.
 */
export function launch(start: AgentStart): Launch {
  const limitations: string[] = [];
  const commandLine = [start.command, ...start.arguments];
  if (start.limits.openFiles !== undefined) {
    const limit = `--nofile=${start.limits.openFiles}:${start.limits.openFiles}`;
    if (isInstalled('prlimit')) commandLine.unshift('prlimit', limit, '--');
    else limitations.push('the limit of open files is not set: prlimit (util-linux) is not installed');
  }
  if (start.cores !== undefined) {
    if (isInstalled('taskset')) commandLine.unshift('taskset', '--cpu-list', start.cores.join(','));
    else limitations.push('the server has no cores of its own: taskset (util-linux) is not installed');
  }
  if (isInstalled('setpriv')) commandLine.unshift('setpriv', '--pdeathsig', 'KILL', '--');
  else limitations.push('a stopped server outlives a killed agent: setpriv (util-linux) is not installed');

  const [command = start.command, ...rest] = commandLine;
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...start.environment },
    // A process group of its own: Ctrl-C in the terminal must reach the harness alone, which then stops everything in
    // order.
    detached: true,
  });
  // The server may close its stdin or end at any time; the 'exit' event reports it.
  child.stdin.on('error', () => {});
  if (child.pid !== undefined) resetOomScore(child.pid);
  return { process: child, limitations };
}

/**
 * Resets the server's oom_score_adj (proc(5)). An agent may have one below 0, which protects it from the OOM killer;
 * its server inherits that, but must not be protected.
 */
function resetOomScore(pid: number): void {
  try {
    if (Number(readFileSync('/proc/self/oom_score_adj', 'utf8')) < 0) writeFileSync(`/proc/${pid}/oom_score_adj`, '0');
  } catch {
    // The server has already ended, or there is no such file.
  }
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
