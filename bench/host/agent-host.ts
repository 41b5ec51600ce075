import { join } from 'node:path';
import { type AgentLine, type AgentSample, agentLineSchema } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import { BenchError } from '../errors.ts';
import { LineProcess } from '../line-process.ts';
import type { Host, RunningServer, ServerEnd, ServerGuard, ServerRequest } from './host.ts';

const startMilliseconds = 20_000;
/** Servers promise to stop within three seconds; then the agent kills. */
const stopMilliseconds = 3_500;
const agentScript = join(import.meta.dirname, '..', '..', 'servers', 'agent', 'main.ts');

export interface LocalHostOptions {
  /** Where the bundles are: one folder a contender, with its `server.js`. */
  bundleDirectory: string;
  certificate: string;
  key: string;
  signal: AbortSignal;
}

/** The machine before you: servers and fleet share it. */
export const localHost = { address: '127.0.0.1', isSameMachine: true };

export function createLocalHost(options: LocalHostOptions): Host {
  return {
    ...localHost,
    serverName: 'localhost',
    startServer: (request) => startServer(options, request),
  };
}

async function startServer(options: LocalHostOptions, request: ServerRequest): Promise<RunningServer> {
  const name = `the ${request.contender} server's agent`;
  const agent = new LineProcess({ name, script: agentScript, schema: agentLineSchema, signal: options.signal });
  let end: ServerEnd | undefined;
  let guard: ServerGuard | undefined;
  let sample: AgentSample | undefined;
  let counters: CountersLine | undefined;
  agent.onLine((line) => {
    if (line.type === 'end') end = line;
    else if (line.type === 'guard') guard = line;
    else if (line.type === 'sample') sample = line;
    else if (line.type === 'server' && line.line.type === 'counters') counters = line.line;
    request.onLine(line);
  });

  agent.send({
    type: 'start',
    command: process.execPath,
    arguments: [
      '--disable-warning=ExperimentalWarning',
      join(options.bundleDirectory, request.contender, 'server.js'),
      ...['--cert', options.certificate, '--key', options.key, '--cipher', request.cipher],
      ...['--message-bytes', String(request.messageBytes), '--max-threads', String(request.maxThreads)],
      ...['--report-ms', String(request.reportMilliseconds)],
    ],
    environment: {},
    limits: {},
    sampleMilliseconds: 1_000,
    memoryGuardShare: request.memoryGuardShare,
  });
  try {
    const ready = await agent.next('ready line', startMilliseconds, (line) => {
      if (line.type === 'end') {
        throw new BenchError('PROCESS_FAILED', `the ${request.contender} server ended: ${line.lastWords.join('\n')}`);
      }
      return line.type === 'server' && line.line.type === 'ready' ? line.line : undefined;
    });
    return {
      ready,
      ended: () => end,
      guard: () => guard,
      sample: () => sample,
      counters: () => counters,
      next: (what, withinMilliseconds, choose) => agent.next(what, withinMilliseconds, choose),
      stop: () => stop(agent, () => end),
    };
  } catch (error) {
    await agent.close();
    throw error;
  }
}

async function stop(agent: LineProcess<AgentLine>, ended: () => ServerEnd | undefined): Promise<ServerEnd | undefined> {
  const { promise, resolve } = Promise.withResolvers<void>();
  agent.onLine((line) => line.type === 'end' && resolve());
  void agent.closed.then(resolve);
  if (ended() === undefined) {
    agent.send({ type: 'stop', withinMilliseconds: stopMilliseconds });
    const timer = setTimeout(resolve, stopMilliseconds + 3_000);
    await promise;
    clearTimeout(timer);
  }
  await agent.close();
  return ended();
}
