import { join } from 'node:path';
import { type HttpsCommand, type HttpsConfiguration, type HttpsLine, httpsLineSchema } from '../https/contract.ts';
import { startTestProcess, type Target, type TestProcess } from './fleet.ts';

export type TestHttpsClient = TestProcess<HttpsCommand, HttpsLine>;

export const testHttpsConfiguration: Omit<HttpsConfiguration, 'port' | 'ca'> = {
  type: 'configure',
  host: '127.0.0.1',
  serverName: 'localhost',
  cipher: 'TLS_AES_128_GCM_SHA256',
  path: '/healthz',
};

/** A real process of the HTTPS client. */
export function startTestHttpsClient(): TestHttpsClient {
  return startTestProcess([process.execPath, join(import.meta.dirname, '..', 'https', 'main.ts')], httpsLineSchema);
}

export function configurationFor(server: Target, changes: Partial<HttpsConfiguration> = {}): HttpsConfiguration {
  return { ...testHttpsConfiguration, ca: server.ca, port: server.ready.ports[0] ?? 0, ...changes };
}

/** A client that has verified this server. */
export async function startHttpsClientOf(
  server: Target,
  changes: Partial<HttpsConfiguration> = {},
): Promise<TestHttpsClient> {
  const client = startTestHttpsClient();
  const ready = client.next('ready');
  client.tell(configurationFor(server, changes));
  await ready;
  return client;
}

/** Resolves when the load is over. */
export async function request(
  client: TestHttpsClient,
  connections: number,
  durationMilliseconds: number,
  reconnect: boolean,
) {
  const requested = client.next('requested');
  client.tell({ type: 'request', connections, durationMilliseconds, reconnect });
  return requested;
}
