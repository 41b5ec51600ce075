import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentLine } from '../contract/agent.ts';
import { agentFiles } from './agent-files.ts';

const pauseMilliseconds = 50;

export interface AttachOptions {
  folder: string;
  name: string;
  /** The agent has just been started: how long to wait for it. */
  withinMilliseconds: number;
}

/**
 * Makes stdin and stdout of this process those of an agent that serves elsewhere on this machine. When stdin ends, it is
 * the agent that closes: at once, or where it was told to leave when nothing is left of it.
 */
export async function attach({ folder, name, withinMilliseconds }: AttachOptions): Promise<void> {
  process.chdir(folder);
  const socket = await reach(agentFiles(name).socket, withinMilliseconds);
  if (socket === undefined) {
    const seconds = Math.round(withinMilliseconds / 1_000);
    const line: AgentLine = {
      type: 'failed',
      code: 'AGENT_NOT_THERE',
      message: `the agent did not answer within ${seconds} s: see the journal of the machine`,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    process.exitCode = 1;
    process.stdin.destroy();
    return;
  }
  socket.on('error', () => {});
  socket.once('close', () => process.exit(0));
  // Nobody reads any more.
  process.stdout.on('error', () => process.exit(1));
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
}

/** The kernel tells of no socket that will be there soon: asks again. */
async function reach(path: string, withinMilliseconds: number): Promise<Socket | undefined> {
  for (const end = performance.now() + withinMilliseconds; performance.now() < end; await sleep(pauseMilliseconds)) {
    const socket = await tryOnce(path);
    if (socket !== undefined) return socket;
  }
  return undefined;
}

function tryOnce(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
