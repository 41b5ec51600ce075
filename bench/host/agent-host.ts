import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type AgentLine, type AgentSample, agentLineSchema } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import { startedFileName } from '../../servers/contract/manifest.ts';
import { BenchError } from '../errors.ts';
import { pinned } from '../plan/pinning.ts';
import { tuneHere } from '../tune/here.ts';
import type { Host, HostOpener, Inspection, RunningServer, ServerEnd, ServerGuard, ServerRequest } from './host.ts';
import { LineProcess, nodeCommand } from './line-process.ts';

/** Time-out for starting an agent and its server, on a machine that may be slow. */
const startMilliseconds = 60_000;
/** Servers stop within three seconds by contract; after this time the agent kills the server. */
const stopMilliseconds = 3_500;
/** The kernel needs this long to end a process with a hundred thousand sockets. */
const endMilliseconds = 30_000;
/**
 * Interval of keep-alive lines; several fit into the minute after which an agent gives up (servers/agent/remote.ts).
 */
const stayMilliseconds = 10_000;
const root = join(import.meta.dirname, '..', '..');
const agentScript = join(root, 'servers', 'agent', 'main.ts');

/** How to start agents on a machine, and the files that servers start from there. */
export interface AgentHostOptions {
  /** The address that servers listen on and clients connect to. */
  address: string;
  serverName: string;
  isSameMachine: boolean;
  /** The command that starts an agent, called `name` on that machine, with its stdin and stdout here. */
  agentCommand: (name: string) => readonly [program: string, ...words: string[]];
  /** Why the agent called `name` ended without a line; undefined when that is unknown. */
  explain?: (name: string) => Promise<string | undefined>;
  /** Path of Node on that machine, as are all paths below. */
  node: string;
  /** Holds one folder per contender, with its `server.js`. */
  bundleDirectory: string;
  certificate: string;
  key: string;
  tune: Host['tune'];
  signal: AbortSignal;
}

/** This machine, shared by servers and fleet; nothing has to be copied. */
export const localHost: HostOpener = {
  address: '127.0.0.1',
  isSameMachine: true,
  certificateHosts: [],
  async open(release) {
    const host = createAgentHost({
      address: '127.0.0.1',
      serverName: 'localhost',
      isSameMachine: true,
      agentCommand: () => nodeCommand(agentScript),
      node: process.execPath,
      tune: tuneHere,
      ...release,
    });
    return { host, close: async () => {} };
  },
  [Symbol.asyncDispose]: async () => {},
};

/** A host on any machine: an agent on that machine starts and watches the servers. */
export function createAgentHost(options: AgentHostOptions): Host {
  const { address, serverName, isSameMachine } = options;
  return {
    address,
    serverName,
    isSameMachine,
    startServer: (request) => startServer(options, request),
    inspect: () => inspect(options),
    tune: options.tune,
  };
}

interface Agent extends Pick<LineProcess<AgentLine>, 'send' | 'next' | 'onLine' | 'closed'> {
  /** Ends the agent; resolves when all its lines have arrived. */
  leave(): Promise<void>;
}

function startAgent({ agentCommand, signal }: AgentHostOptions, title: string, name: string, cores?: number[]): Agent {
  const command = pinned(agentCommand(name), cores);
  const agent = new LineProcess({ name: title, command, schema: agentLineSchema, signal });
  const staying = setInterval(() => agent.send({ type: 'stay' }), stayMilliseconds);
  return {
    send: (line) => agent.send(line),
    next: (...asked) => agent.next(...asked),
    onLine: (listener) => agent.onLine(listener),
    closed: agent.closed,
    leave() {
      clearInterval(staying);
      agent.send({ type: 'leave' });
      return agent.close();
    },
  };
}

async function inspect(options: AgentHostOptions): Promise<Inspection> {
  const agent = startAgent(options, 'the agent', `inspect-${randomUUID()}`);
  try {
    agent.send({ type: 'inspect' });
    return await agent.next('limits', startMilliseconds, (line) => (line.type === 'limits' ? line : undefined));
  } finally {
    await agent.leave();
  }
}

async function startServer(options: AgentHostOptions, request: ServerRequest): Promise<RunningServer> {
  const name = agentName(request.name);
  const agent = startAgent(options, `the ${request.contender} server's agent`, name, request.agentCores);
  let end: ServerEnd | undefined;
  let guard: ServerGuard | undefined;
  let sample: AgentSample | undefined;
  let counters: CountersLine | undefined;
  agent.onLine((said) => {
    const line = withoutRoot(said);
    if (line.type === 'end') end = line;
    else if (line.type === 'guard') guard = line;
    else if (line.type === 'sample') sample = line;
    else if (line.type === 'server' && line.line.type === 'counters') counters = line.line;
    request.onLine(line);
  });

  agent.send({
    type: 'start',
    command: options.node,
    arguments: [
      '--disable-warning=ExperimentalWarning',
      join(options.bundleDirectory, request.contender, startedFileName),
      ...['--host', options.address, '--backlog', String(request.backlog)],
      ...Array.from({ length: request.ports }, () => ['--port', '0']).flat(),
      ...['--cert', options.certificate, '--key', options.key, '--cipher', request.cipher],
      ...['--message-bytes', String(request.messageBytes), '--max-threads', String(request.maxThreads)],
      ...['--report-ms', String(request.reportMilliseconds)],
    ],
    environment: {},
    limits: {},
    cores: request.cores,
    sampleMilliseconds: request.sampleMilliseconds,
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
      onCounters: (listener) =>
        agent.onLine((line) => {
          if (line.type === 'server' && line.line.type === 'counters') listener(line.line);
        }),
      next: (what, withinMilliseconds, choose) => agent.next(what, withinMilliseconds, choose),
      stall: (milliseconds) => agent.send({ type: 'stall', milliseconds }),
      async stop() {
        await stop(agent, () => end);
        const why = end === undefined ? await options.explain?.(name) : undefined;
        if (why !== undefined) request.onLine({ type: 'failed', code: 'AGENT_GONE', message: why });
        return end;
      },
    };
  } catch (error) {
    await agent.leave();
    throw error;
  }
}

/** The agent's name for a trial. It becomes part of file names, so the "/" of a search's attempt is a "." here. */
export function agentName(trial: string): string {
  return trial.replaceAll('/', '.');
}

/** Stack traces in the last words name files; the record must not show where the suite is installed. */
function withoutRoot(line: AgentLine): AgentLine {
  if (line.type !== 'end') return line;
  return { ...line, lastWords: line.lastWords.map((text) => text.replaceAll(root, '.')) };
}

async function stop(agent: Agent, ended: () => ServerEnd | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  agent.onLine((line) => line.type === 'end' && resolve());
  void agent.closed.then(resolve);
  if (ended() === undefined) {
    agent.send({ type: 'stop', withinMilliseconds: stopMilliseconds });
    const timer = setTimeout(resolve, stopMilliseconds + endMilliseconds);
    await promise;
    clearTimeout(timer);
  }
  await agent.leave();
}
