import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentLine } from '../contract/agent.ts';
import { agentFiles } from './agent-files.ts';

const pauseMilliseconds = 50;

export interface AttachOptions {
  folder: string;
  name: string;
  /** How long to wait for an agent that has just been started. */
  withinMilliseconds: number;
}

/**
 * Connects stdin and stdout of this process to an agent that runs in another process of this machine. When stdin ends,
 * the agent closes the connection: at once, or, after `leave`, when it ends.
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
  // The reader of stdout is gone.
  process.stdout.on('error', () => process.exit(1));
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
}

/** Retries, because the kernel gives no event when the socket appears. */
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
