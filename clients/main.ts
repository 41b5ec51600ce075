import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createInterface } from 'node:readline';
import { type FleetCommand, type FleetConfiguration, type FleetLine, fleetCommandSchema } from './contract.ts';
import { Fleet } from './fleet.ts';
import { createGauges } from './gauges.ts';

const sampleEveryMilliseconds = 1_000;

/** A command that cannot be carried out. `code` is stable; `message` says what was wrong. */
class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

let fleet: Fleet | undefined;
let stopping = false;

/** The life of a fleet process: commands in, lines out, until `stop` or the end of stdin. */
async function main(): Promise<void> {
  process.on('uncaughtException', fail);
  // Ctrl-C in a terminal reaches every process in front of it: what is to become of the clients, the harness decides.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void stop());
  // Without anyone to report to there is nothing left to do, and nothing to clean up that the kernel does not.
  process.stdout.on('error', endNow);
  for await (const line of createInterface({ input: process.stdin })) await obey(readCommand(line));
  if (!stopping) endNow();
}

function readCommand(line: string): FleetCommand {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CommandError('FLEET_BAD_COMMAND', 'a command is not JSON');
  }
  const command = fleetCommandSchema.safeParse(value);
  if (command.success) return command.data;
  const issue = command.error.issues[0];
  throw new CommandError('FLEET_BAD_COMMAND', `${issue?.path.join('.') || 'command'}: ${issue?.message ?? 'wrong'}`);
}

async function obey(command: FleetCommand): Promise<void> {
  if (command.type === 'stop') void stop();
  else if (command.type === 'configure') await configure(command);
  else if (fleet === undefined) {
    throw new CommandError('FLEET_NOT_CONFIGURED', `"${command.type}" came before "configure"`);
  } else direct(fleet, command);
}

function direct(running: Fleet, command: Exclude<FleetCommand, { type: 'stop' | 'configure' }>): void {
  switch (command.type) {
    case 'connect':
      if (running.busy) throw new CommandError('FLEET_COMMAND_ORDER', '"connect" came before the last was answered');
      // Not waited for: other commands are obeyed meanwhile.
      void running.connect(command.clients, command.perSecond).then(print);
      return;
    case 'send':
      running.send(command.on);
      return;
    case 'measure':
      running.measure(command.window);
      return;
    case 'report': {
      const window = running.report();
      if (window === undefined) throw new CommandError('FLEET_COMMAND_ORDER', '"report" came without "measure"');
      print(window);
    }
  }
}

async function configure(configuration: FleetConfiguration): Promise<void> {
  if (fleet !== undefined) throw new CommandError('FLEET_COMMAND_ORDER', '"configure" came twice');
  const host = await addressOf(configuration.host);
  try {
    fleet = new Fleet({ ...configuration, host });
  } catch (error) {
    throw new CommandError('FLEET_BAD_CONFIGURATION', error instanceof Error ? error.message : String(error));
  }
  const running = fleet;
  const gauges = createGauges();
  setInterval(() => print({ type: 'sample', ...running.counts(), ...gauges() }), sampleEveryMilliseconds);
  print({ type: 'ready', pid: process.pid });
}

/** Looked up once, so that connecting does not measure the resolver. */
async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch {
    throw new CommandError('FLEET_HOST_UNKNOWN', `the host ${host} has no address`);
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await fleet?.stop();
  print({ type: 'stopped' });
  process.exit(0);
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof CommandError ? error.code : 'FLEET_INTERNAL';
  if (code === 'FLEET_INTERNAL' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  print({ type: 'failed', code, message });
  process.exit(1);
}

/** Takes no turn of the event loop, and no time to take thousands of sockets apart. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Pipes are written synchronously on Linux: a line is out before the process can end. */
function print(line: FleetLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

void main().catch(fail);
