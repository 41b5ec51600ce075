import { createInterface } from 'node:readline';
import { monotonicMilliseconds } from '../servers/contract/gauges.ts';
import { addressOf } from './address.ts';
import { type FleetCommand, type FleetConfiguration, type FleetLine, fleetCommandSchema } from './contract.ts';
import { Fleet } from './fleet.ts';
import { createGauges } from './gauges.ts';
import { beginLife, CommandError } from './life.ts';

const sampleEveryMilliseconds = 1_000;

const life = beginLife<FleetCommand, FleetLine>('FLEET', fleetCommandSchema);
let fleet: Fleet | undefined;
let stopping = false;

/** The life of a fleet process: commands in, lines out, until `stop` or the end of stdin. */
async function main(): Promise<void> {
  // Ctrl-C in a terminal reaches every process in front of it: what is to become of the clients, the harness decides.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void stop());
  for await (const line of createInterface({ input: process.stdin })) await obey(life.read(line));
  if (!stopping) life.endNow();
}

async function obey(command: FleetCommand): Promise<void> {
  if (command.type === 'stop') void stop();
  else if (command.type === 'clock') life.print({ type: 'clock', monotonicMilliseconds: monotonicMilliseconds() });
  else if (command.type === 'configure') await configure(command);
  else if (fleet === undefined) {
    throw new CommandError('FLEET_NOT_CONFIGURED', `"${command.type}" came before "configure"`);
  } else direct(fleet, command);
}

function direct(running: Fleet, command: Exclude<FleetCommand, { type: 'stop' | 'clock' | 'configure' }>): void {
  switch (command.type) {
    case 'connect':
      if (running.busy) throw outOfOrder('"connect" came before the last command was answered');
      // Not waited for: other commands are obeyed meanwhile.
      void running.connect(command.clients, command.perSecond).then(life.print);
      return;
    case 'arrive':
      if (running.busy) throw outOfOrder('"arrive" came before the last command was answered');
      if (!running.isEmpty) throw outOfOrder('"arrive" came while clients are open');
      void running.arrive(command).then(life.print);
      return;
    case 'send':
      running.send(command.on);
      return;
    case 'measure':
      running.measure(command.window);
      return;
    case 'report': {
      const window = running.report();
      if (window === undefined) throw outOfOrder('"report" came without "measure"');
      life.print(window);
    }
  }
}

async function configure(configuration: FleetConfiguration): Promise<void> {
  if (fleet !== undefined) throw outOfOrder('"configure" came twice');
  const host = await addressOf(configuration.host, 'FLEET_HOST_UNKNOWN');
  try {
    fleet = new Fleet({ ...configuration, host });
  } catch (error) {
    throw new CommandError('FLEET_BAD_CONFIGURATION', error instanceof Error ? error.message : String(error));
  }
  const running = fleet;
  const gauges = createGauges();
  setInterval(() => life.print({ type: 'sample', ...running.counts(), ...gauges() }), sampleEveryMilliseconds);
  life.print({ type: 'ready', pid: process.pid });
}

function outOfOrder(message: string): CommandError {
  return new CommandError('FLEET_COMMAND_ORDER', message);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await fleet?.stop();
  life.print({ type: 'stopped', ...(fleet?.ended() ?? { sent: 0, lost: 0 }) });
  process.exit(0);
}

void main().catch(life.fail);
