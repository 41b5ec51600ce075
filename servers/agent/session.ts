import { createInterface } from 'node:readline';
import { type AgentCommand, type AgentLine, type AgentStart, agentCommandSchema } from '../contract/agent.ts';
import { monotonicMilliseconds } from '../contract/gauges.ts';
import { parseJson } from '../contract/json.ts';
import { serverLineSchema } from '../contract/lines.ts';
import { createCgroupReader } from './cgroup.ts';
import { readMachine } from './identity.ts';
import { openKernelLog } from './kernel-log.ts';
import { LastWords } from './last-words.ts';
import { launch, type ServerProcess } from './launch.ts';
import { readHostLimits } from './limits.ts';
import { createMachineReader, readMemory } from './machine.ts';
import { createProcessReader } from './process.ts';

const guardMilliseconds = 200;

export interface SessionListener {
  say(line: AgentLine): void;
  /** There is nothing more to say: the server has ended, or never was. Called once, with the exit code of the agent. */
  over(exitCode: number): void;
}

/** What an agent does between its first command and its last line, however the two reach it. */
export class AgentSession {
  readonly #listener: SessionListener;
  #server: ServerProcess | undefined;
  #isOver = false;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  /** One line of whoever commands the agent. */
  hear(text: string): void {
    const command = agentCommandSchema.safeParse(parseJson(text));
    if (command.success) this.#obey(command.data);
    else this.#fail('AGENT_BAD_COMMAND', `the agent was sent something else than its commands: ${text.slice(0, 200)}`);
  }

  /** Whoever commanded the agent is gone: the server is killed, and its end still told. */
  abandon(): void {
    if (this.#server === undefined) this.#end(0);
    else this.kill();
  }

  kill(): void {
    this.#server?.kill('SIGKILL');
  }

  #obey(command: AgentCommand): void {
    const server = this.#server;
    if (command.type === 'stay') return;
    if (command.type === 'leave') this.abandon();
    else if (command.type === 'inspect') this.#inspect();
    else if (command.type === 'stop' && server !== undefined) stop(server, command.withinMilliseconds);
    else if (command.type === 'stall' && server !== undefined) stall(server, command.milliseconds);
    else if (command.type === 'start' && server === undefined) this.#server = this.#watch(command);
    else this.#fail('AGENT_BAD_COMMAND', `the command ${command.type} makes no sense now: start once, then stop`);
  }

  #inspect(): void {
    const [limits, machine] = [readHostLimits(), readMachine()];
    this.#listener.say({ type: 'limits', monotonicMilliseconds: monotonicMilliseconds(), limits, machine });
  }

  /** Starts the server and watches it until it has ended. */
  #watch(start: AgentStart): ServerProcess {
    const { say } = this.#listener;
    const readKernelLog = openKernelLog();
    const { process: server, limitations } = launch(start);
    const lastWords = new LastWords();
    createInterface({ input: server.stdout }).on('line', (text) => {
      const line = serverLineSchema.safeParse(parseJson(text));
      if (line.success) say({ type: 'server', monotonicMilliseconds: monotonicMilliseconds(), line: line.data });
      else lastWords.hear(text);
    });
    createInterface({ input: server.stderr }).on('line', (text) => lastWords.hear(text));
    server.once('error', (error) => {
      this.#fail('AGENT_SERVER_NOT_STARTED', `${start.command} cannot be started (${error.message}): check the path`);
    });
    const { pid } = server;
    if (pid === undefined) return server;

    say({ type: 'started', pid, monotonicMilliseconds: monotonicMilliseconds(), limitations });
    const readProcess = createProcessReader(pid);
    const readMachine = createMachineReader();
    const readCgroup = createCgroupReader(pid);
    const takeSample = () => {
      const surroundings = { machine: readMachine(), cgroup: readCgroup() };
      const sample = readProcess();
      if (sample === undefined) return;
      say({
        type: 'sample',
        monotonicMilliseconds: monotonicMilliseconds(),
        wallMilliseconds: Date.now(),
        ...ownCost(),
        process: sample,
        ...surroundings,
      });
    };
    // At once: what the kernel counts from now on is to be seen against what it had counted before.
    takeSample();
    const sampler = setInterval(takeSample, start.sampleMilliseconds);
    const guard = setInterval(() => {
      const memory = readMemory();
      if (memory.memoryAvailableBytes >= memory.memoryTotalBytes * start.memoryGuardShare) return;
      clearInterval(guard);
      // At once and without asking: an orderly stop takes memory, and time in which others take more.
      server.kill('SIGKILL');
      say({ type: 'guard', monotonicMilliseconds: monotonicMilliseconds(), ...memory });
    }, guardMilliseconds);
    // 'close', not 'exit': by then the last words have been read.
    server.once('close', (exitCode, signal) => {
      clearInterval(sampler);
      clearInterval(guard);
      say({
        type: 'end',
        monotonicMilliseconds: monotonicMilliseconds(),
        exitCode,
        signal,
        lastWords: lastWords.lines,
        machine: readMachine(),
        cgroup: readCgroup(),
        // For lack of memory the kernel ends a process by nothing else.
        kernelLog: signal === 'SIGKILL' ? readKernelLog() : [],
      });
      this.#end(0);
    });
    return server;
  }

  #fail(code: string, message: string): void {
    this.kill();
    this.#listener.say({ type: 'failed', code, message });
    this.#end(1);
  }

  #end(exitCode: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.over(exitCode);
  }
}

function ownCost(): { agentCpuMicroseconds: number; agentRssBytes: number } {
  const { user, system } = process.cpuUsage();
  return { agentCpuMicroseconds: user + system, agentRssBytes: process.memoryUsage.rss() };
}

function stall(server: ServerProcess, milliseconds: number): void {
  server.kill('SIGSTOP');
  setTimeout(() => server.kill('SIGCONT'), milliseconds);
}

function stop(server: ServerProcess, withinMilliseconds: number): void {
  server.kill('SIGTERM');
  // A server that is stopped (SIGSTOP) acts on nothing else until it goes on.
  server.kill('SIGCONT');
  setTimeout(() => server.kill('SIGKILL'), withinMilliseconds);
}
