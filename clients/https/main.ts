import { createInterface } from 'node:readline';
import { addressOf } from '../address.ts';
import { CommandError, openLineProtocol } from '../life.ts';
import {
  type HttpsCommand,
  type HttpsConfiguration,
  type HttpsLine,
  type HttpsRequest,
  httpsCommandSchema,
} from './contract.ts';
import { load } from './load.ts';
import { verifyServer } from './verify.ts';

const protocol = openLineProtocol<HttpsCommand, HttpsLine>('HTTPS', httpsCommandSchema);
/** Resolves when the server is verified. */
let configured: Promise<HttpsConfiguration> | undefined;
let isRequesting = false;

/** Runs the HTTPS client: reads commands and prints lines until `stop` or the end of stdin. */
async function main(): Promise<void> {
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  for await (const line of createInterface({ input: process.stdin })) handle(protocol.read(line));
  protocol.endNow();
}

/** Awaits nothing, so that `stop` works at any time. */
function handle(command: HttpsCommand): void {
  switch (command.type) {
    case 'stop':
      stop();
      return;
    case 'configure':
      if (configured !== undefined) throw outOfOrder('"configure" came twice: start another process');
      configured = configure(command);
      configured.catch(protocol.fail);
      return;
    case 'request':
      if (configured === undefined)
        throw new CommandError('HTTPS_NOT_CONFIGURED', '"request" came before "configure": send "configure" first');
      if (isRequesting) throw outOfOrder('"request" came before the last one was answered: wait for its answer');
      isRequesting = true;
      void request(configured, command).catch(protocol.fail);
  }
}

async function configure(configuration: HttpsConfiguration): Promise<HttpsConfiguration> {
  const host = await addressOf(configuration.host, 'HTTPS_HOST_UNKNOWN');
  await verifyServer({ ...configuration, host });
  protocol.print({ type: 'ready', pid: process.pid });
  return { ...configuration, host };
}

async function request(verified: Promise<HttpsConfiguration>, command: HttpsRequest): Promise<void> {
  const requested = await load(await verified, command, () => protocol.print({ type: 'requesting' }));
  isRequesting = false;
  protocol.print(requested);
}

/** Exits at once: requests in flight no longer matter, and the kernel closes the connections. */
function stop(): void {
  protocol.print({ type: 'stopped' });
  process.exit(0);
}

function outOfOrder(message: string): CommandError {
  return new CommandError('HTTPS_COMMAND_ORDER', message);
}

void main().catch(protocol.fail);
