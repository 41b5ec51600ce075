import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { CommandError } from '../life.ts';
import { tlsOptions } from '../tls.ts';
import type { HttpsConfiguration } from './contract.ts';

/**
 * Makes one request to a server that must have the expected certificate, because autocannon trusts any server.
 *
 * @throws CommandError HTTPS_NOT_VERIFIED when there is no complete answer with 200 in time, or when another server
 * answers.
 */
export async function verifyServer(configuration: HttpsConfiguration, withinMilliseconds = 10_000): Promise<void> {
  const { host, port, path } = configuration;
  try {
    const signal = AbortSignal.timeout(withinMilliseconds);
    const asked = request({ host, port, path, agent: false, signal, ...tlsOptions(configuration) }).end();
    // Waits for the connection to close, so that only connections of the load are open during the load.
    const [response] = await Promise.all([responseTo(asked), once(asked, 'close')]);
    if (response?.statusCode !== 200) throw new Error(`it answered with ${response?.statusCode}`);
    if (!response.complete) throw new Error('it broke off its answer');
  } catch (error) {
    // Messages of OpenSSL end with a newline.
    const why = (error instanceof Error ? error.message : String(error)).trim();
    throw new CommandError('HTTPS_NOT_VERIFIED', `the server at ${host}:${port} could not be verified: ${why}`);
  }
}

async function responseTo(asked: ClientRequest): Promise<IncomingMessage | undefined> {
  const [response]: IncomingMessage[] = await once(asked, 'response');
  return response?.resume();
}
