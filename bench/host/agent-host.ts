import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type AgentLine, type AgentSample, agentLineSchema } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import { BenchError } from '../errors.ts';
import { pinned } from '../plan/pinning.ts';
import { tuneHere } from '../tune/here.ts';
import type { Host, HostOpener, Inspection, RunningServer, ServerEnd, ServerGuard, ServerRequest } from './host.ts';
import { LineProcess, nodeCommand } from './line-process.ts';

/** Of an agent and its server, on a machine that may be slow. */
const startMilliseconds = 60_000;
/** Servers promise to stop within three seconds; then the agent kills. */
const stopMilliseconds = 3_500;
/** A process with a hundred thousand sockets takes the kernel long to end. */
const endMilliseconds = 30_000;
/** Several of them fit into the minute that an agent waits for a word (servers/agent/remote.ts). */
const stayMilliseconds = 10_000;
const root = join(import.meta.dirname, '..', '..');
const agentScript = join(root, 'servers', 'agent', 'main.ts');

/** How to speak to an agent on some machine, and what a server is started from there. */
export interface AgentHostOptions {
  /** Where clients find the servers, and the address that servers listen on. */
  address: string;
  serverName: string;
  isSameMachine: boolean;
  /** Starts an agent, of this name there, with its stdin and stdout here. */
  agentCommand: (name: string) => readonly [program: string, ...words: string[]];
  /** What became of an agent of this name that went without a word; undefined when nothing is known. */
  explain?: (name: string) => Promise<string | undefined>;
  /** The rest are paths on that machine. */
  node: string;
  /** Where the bundles are: one folder a contender, with its `server.js`. */
  bundleDirectory: string;
  certificate: string;
  key: string;
  tune: Host['tune'];
  signal: AbortSignal;
}

/** The machine before you: servers and fleet share it, and everything lies where it is needed. */
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

/** Any machine: servers are started and watched by an agent that runs beside them. */
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
  /** All that it said has arrived. */
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
      join(options.bundleDirectory, request.contender, 'server.js'),
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

/** Of a trial: an attempt of a search has a stroke in its name, which no file's has. */
export function agentName(trial: string): string {
  return trial.replaceAll('/', '.');
}

/** Last words name files. Where the suite lies on this machine is nobody's business who reads a record. */
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
