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
  send(line: AgentLine): void;
  /** Called once, with the exit code of the agent, when the server has ended or never started. */
  ended(exitCode: number): void;
}

/** An agent between its first command and its last line, for any transport of the two. */
export class AgentSession {
  readonly #listener: SessionListener;
  #server: ServerProcess | undefined;
  #isOver = false;

  constructor(listener: SessionListener) {
    this.#listener = listener;
  }

  /** Handles one line from the harness. */
  receive(text: string): void {
    const command = agentCommandSchema.safeParse(parseJson(text));
    if (command.success) this.#handle(command.data);
    else
      this.#fail(
        'AGENT_BAD_COMMAND',
        `the agent received an invalid command, send one of its contract: ${text.slice(0, 200)}`,
      );
  }

  /** The harness is gone: kills the server, and still reports its end. */
  abandon(): void {
    if (this.#server === undefined) this.#end(0);
    else this.kill();
  }

  kill(): void {
    this.#server?.kill('SIGKILL');
  }

  #handle(command: AgentCommand): void {
    const server = this.#server;
    if (command.type === 'stay') return;
    if (command.type === 'leave') this.abandon();
    else if (command.type === 'inspect') this.#inspect();
    else if (command.type === 'stop' && server !== undefined) stop(server, command.withinMilliseconds);
    else if (command.type === 'stall' && server !== undefined) stall(server, command.milliseconds);
    else if (command.type === 'start' && server === undefined) this.#server = this.#watch(command);
    else this.#fail('AGENT_BAD_COMMAND', `the command ${command.type} is out of order: start once, then stop`);
  }

  #inspect(): void {
    const [limits, machine] = [readHostLimits(), readMachine()];
    this.#listener.send({ type: 'limits', monotonicMilliseconds: monotonicMilliseconds(), limits, machine });
  }

  /** Starts the server and watches it until it has ended. */
  #watch(start: AgentStart): ServerProcess {
    const { send } = this.#listener;
    const readKernelLog = openKernelLog();
    const { process: server, limitations } = launch(start);
    const lastWords = new LastWords();
    createInterface({ input: server.stdout }).on('line', (text) => {
      const line = serverLineSchema.safeParse(parseJson(text));
      if (line.success) send({ type: 'server', monotonicMilliseconds: monotonicMilliseconds(), line: line.data });
      else lastWords.add(text);
    });
    createInterface({ input: server.stderr }).on('line', (text) => lastWords.add(text));
    server.once('error', (error) => {
      this.#fail('AGENT_SERVER_NOT_STARTED', `${start.command} cannot be started (${error.message}): check the path`);
    });
    const { pid } = server;
    if (pid === undefined) return server;

    send({ type: 'started', pid, monotonicMilliseconds: monotonicMilliseconds(), limitations });
    const readProcess = createProcessReader(pid);
    const sampleMachine = createMachineReader();
    const readCgroup = createCgroupReader(pid);
    const takeSample = () => {
      const surroundings = { machine: sampleMachine(), cgroup: readCgroup() };
      const sample = readProcess();
      if (sample === undefined) return;
      send({
        type: 'sample',
        monotonicMilliseconds: monotonicMilliseconds(),
        wallMilliseconds: Date.now(),
        ...ownCost(),
        process: sample,
        ...surroundings,
      });
    };
    // Taken at once: the baseline of what the kernel counts from now on.
    takeSample();
    const sampler = setInterval(takeSample, start.sampleMilliseconds);
    const guard = setInterval(() => {
      const memory = readMemory();
      if (memory.memoryAvailableBytes >= memory.memoryTotalBytes * start.memoryGuardShare) return;
      clearInterval(guard);
      // SIGKILL at once: an orderly stop takes memory, and time in which other processes take more.
      server.kill('SIGKILL');
      send({ type: 'guard', monotonicMilliseconds: monotonicMilliseconds(), ...memory });
    }, guardMilliseconds);
    // Not 'exit': only at 'close' have the last words been read.
    server.once('close', (exitCode, signal) => {
      clearInterval(sampler);
      clearInterval(guard);
      send({
        type: 'end',
        monotonicMilliseconds: monotonicMilliseconds(),
        exitCode,
        signal,
        lastWords: lastWords.lines,
        machine: sampleMachine(),
        cgroup: readCgroup(),
        // The kernel's OOM killer uses SIGKILL only.
        kernelLog: signal === 'SIGKILL' ? readKernelLog() : [],
      });
      this.#end(0);
    });
    return server;
  }

  #fail(code: string, message: string): void {
    this.kill();
    this.#listener.send({ type: 'failed', code, message });
    this.#end(1);
  }

  #end(exitCode: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.ended(exitCode);
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
  // A server stopped by SIGSTOP handles no other signal until it continues.
  server.kill('SIGCONT');
  setTimeout(() => server.kill('SIGKILL'), withinMilliseconds);
}
