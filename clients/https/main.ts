import { createInterface } from 'node:readline';
import { addressOf } from '../address.ts';
import { beginLife, CommandError } from '../life.ts';
import {
  type HttpsCommand,
  type HttpsConfiguration,
  type HttpsLine,
  type HttpsRequest,
  httpsCommandSchema,
} from './contract.ts';
import { load } from './load.ts';
import { verifyServer } from './verify.ts';

const life = beginLife<HttpsCommand, HttpsLine>('HTTPS', httpsCommandSchema);
/** Resolves when the server is verified. */
let configured: Promise<HttpsConfiguration> | undefined;
let isRequesting = false;

/** The life of the HTTPS client: commands in, lines out, until `stop` or the end of stdin. */
async function main(): Promise<void> {
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  for await (const line of createInterface({ input: process.stdin })) obey(life.read(line));
  life.endNow();
}

/** Nothing is waited for here: a `stop` is obeyed whatever goes on. */
function obey(command: HttpsCommand): void {
  switch (command.type) {
    case 'stop':
      stop();
      return;
    case 'configure':
      if (configured !== undefined) throw outOfOrder('"configure" came twice');
      configured = configure(command);
      configured.catch(life.fail);
      return;
    case 'request':
      if (configured === undefined) throw new CommandError('HTTPS_NOT_CONFIGURED', '"request" came before "configure"');
      if (isRequesting) throw outOfOrder('"request" came before the last one was answered');
      isRequesting = true;
      void request(configured, command).catch(life.fail);
  }
}

async function configure(configuration: HttpsConfiguration): Promise<HttpsConfiguration> {
  const host = await addressOf(configuration.host, 'HTTPS_HOST_UNKNOWN');
  await verifyServer({ ...configuration, host });
  life.print({ type: 'ready', pid: process.pid });
  return { ...configuration, host };
}

async function request(verified: Promise<HttpsConfiguration>, command: HttpsRequest): Promise<void> {
  const requested = await load(await verified, command, () => life.print({ type: 'requesting' }));
  isRequesting = false;
  life.print(requested);
}

/** At once: what is under way is nothing to anybody, and the kernel closes the connections. */
function stop(): void {
  life.print({ type: 'stopped' });
  process.exit(0);
}

function outOfOrder(message: string): CommandError {
  return new CommandError('HTTPS_COMMAND_ORDER', message);
}

void main().catch(life.fail);
