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

/** Once told, starts the server and watches it until it has ended. */
function watch(start: AgentStart): ServerProcess {
  const readKernelLog = openKernelLog();
  const { process: server, limitations } = launch(start);
  const lastWords = new LastWords();
  createInterface({ input: server.stdout }).on('line', (text) => {
    const line = serverLineSchema.safeParse(parseJson(text));
    if (line.success) print({ type: 'server', monotonicMilliseconds: monotonicMilliseconds(), line: line.data });
    else lastWords.hear(text);
  });
  createInterface({ input: server.stderr }).on('line', (text) => lastWords.hear(text));
  server.once('error', (error) => {
    fail('AGENT_SERVER_NOT_STARTED', `${start.command} cannot be started (${error.message}): check the path`);
  });
  const { pid } = server;
  if (pid === undefined) return server;

  print({ type: 'started', pid, monotonicMilliseconds: monotonicMilliseconds(), limitations });
  const readProcess = createProcessReader(pid);
  const readMachine = createMachineReader();
  const readCgroup = createCgroupReader(pid);
  const takeSample = () => {
    const surroundings = { machine: readMachine(), cgroup: readCgroup() };
    const sample = readProcess();
    if (sample === undefined) return;
    print({
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
    print({ type: 'guard', monotonicMilliseconds: monotonicMilliseconds(), ...memory });
  }, guardMilliseconds);
  // 'close', not 'exit': by then the last words have been read.
  server.once('close', (exitCode, signal) => {
    clearInterval(sampler);
    clearInterval(guard);
    print({
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
    process.exit(0);
  });
  return server;
}

function ownCost(): { agentCpuMicroseconds: number; agentRssBytes: number } {
  const { user, system } = process.cpuUsage();
  return { agentCpuMicroseconds: user + system, agentRssBytes: process.memoryUsage.rss() };
}

function inspect(): void {
  const [limits, machine] = [readHostLimits(), readMachine()];
  print({ type: 'limits', monotonicMilliseconds: monotonicMilliseconds(), limits, machine });
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

let server: ServerProcess | undefined;

function obey(command: AgentCommand): void {
  if (command.type === 'inspect') inspect();
  else if (command.type === 'stop' && server !== undefined) stop(server, command.withinMilliseconds);
  else if (command.type === 'stall' && server !== undefined) stall(server, command.milliseconds);
  else if (command.type === 'start' && server === undefined) server = watch(command);
  else fail('AGENT_BAD_COMMAND', `the command ${command.type} makes no sense now: start once, then stop`);
}

createInterface({ input: process.stdin })
  .on('line', (text) => {
    const command = agentCommandSchema.safeParse(parseJson(text));
    if (command.success) obey(command.data);
    else fail('AGENT_BAD_COMMAND', `the agent was sent something else than its commands: ${text.slice(0, 200)}`);
  })
  .on('close', () => {
    // Whoever started the agent is gone.
    server?.kill('SIGKILL');
    process.exit(0);
  });
// Left to whoever started the agent, which ends it by closing its stdin.
process.on('SIGINT', () => {});
// Nobody reads any more: the same as a closed stdin.
process.stdout.on('error', () => {
  server?.kill('SIGKILL');
  process.exit(1);
});

function fail(code: string, message: string): void {
  server?.kill('SIGKILL');
  print({ type: 'failed', code, message });
  process.exit(1);
}

function print(line: AgentLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
