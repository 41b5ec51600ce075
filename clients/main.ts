import { createInterface } from 'node:readline';
import { monotonicMilliseconds } from '../servers/contract/gauges.ts';
import { addressOf } from './address.ts';
import { type FleetCommand, type FleetConfiguration, type FleetLine, fleetCommandSchema } from './contract.ts';
import { FleetProcess } from './fleet-process.ts';
import { createGauges } from './gauges.ts';
import { CommandError, openLineProtocol } from './life.ts';

const sampleEveryMilliseconds = 1_000;

const protocol = openLineProtocol<FleetCommand, FleetLine>('FLEET', fleetCommandSchema);
let fleet: FleetProcess | undefined;
let stopping = false;

/** Runs a fleet process: reads commands and prints lines until `stop` or the end of stdin. */
async function main(): Promise<void> {
  // Ctrl-C in a terminal reaches every foreground process, but the harness decides when the clients stop.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void stop());
  for await (const line of createInterface({ input: process.stdin })) await handle(protocol.read(line));
  if (!stopping) protocol.endNow();
}

async function handle(command: FleetCommand): Promise<void> {
  if (command.type === 'stop') void stop();
  else if (command.type === 'clock') protocol.print({ type: 'clock', monotonicMilliseconds: monotonicMilliseconds() });
  else if (command.type === 'configure') await configure(command);
  else if (fleet === undefined) {
    throw new CommandError('FLEET_NOT_CONFIGURED', `"${command.type}" came before "configure": send "configure" first`);
  } else execute(fleet, command);
}

function execute(
  running: FleetProcess,
  command: Exclude<FleetCommand, { type: 'stop' | 'clock' | 'configure' }>,
): void {
  switch (command.type) {
    case 'connect':
      if (running.busy) throw outOfOrder('"connect" came before the last command was answered: wait for its answer');
      // Not awaited: the process handles other commands meanwhile.
      void running.connect(command.clients, command.perSecond).then(protocol.print);
      return;
    case 'arrive':
      if (running.busy) throw outOfOrder('"arrive" came before the last command was answered: wait for its answer');
      if (!running.isEmpty)
        throw outOfOrder('"arrive" came while clients are open: close them by a "connect" of 0 clients');
      void running.arrive(command).then(protocol.print);
      return;
    case 'send':
      running.send(command.on);
      return;
    case 'measure':
      running.measure(command.window);
      return;
    case 'report': {
      const window = running.report();
      if (window === undefined) throw outOfOrder('"report" came without "measure": send "measure" first');
      protocol.print(window);
    }
  }
}

async function configure(configuration: FleetConfiguration): Promise<void> {
  if (fleet !== undefined) throw outOfOrder('"configure" came twice: start another process');
  const host = await addressOf(configuration.host, 'FLEET_HOST_UNKNOWN');
  try {
    fleet = new FleetProcess({ ...configuration, host });
  } catch (error) {
    throw new CommandError('FLEET_BAD_CONFIGURATION', error instanceof Error ? error.message : String(error));
  }
  const running = fleet;
  const gauges = createGauges();
  setInterval(() => protocol.print({ type: 'sample', ...running.counts(), ...gauges() }), sampleEveryMilliseconds);
  protocol.print({ type: 'ready', pid: process.pid });
}

function outOfOrder(message: string): CommandError {
  return new CommandError('FLEET_COMMAND_ORDER', message);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await fleet?.stop();
  protocol.print({ type: 'stopped', ...(fleet?.ended() ?? { sent: 0, lost: 0 }) });
  process.exit(0);
}

void main().catch(protocol.fail);
