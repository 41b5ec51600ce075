import { isIPv6 } from 'node:net';
import autocannon from 'autocannon';
import { tlsOptions } from '../tls.ts';
import { Answers } from './answers.ts';
import type { HttpsConfiguration, HttpsRequest, HttpsRequested } from './contract.ts';

/** How often autocannon looks whether its time is over. */
const lookEveryMilliseconds = 50;

/** Requests as fast as answers come, one at a time on each connection. */
export async function load(
  configuration: HttpsConfiguration,
  command: HttpsRequest,
  onFirstRequest: () => void,
): Promise<HttpsRequested> {
  const { host, port, path } = configuration;
  const { servername, secureContext, ...tls } = tlsOptions(configuration);
  const answers = new Answers(onFirstRequest);
  const startedAt = performance.now();
  const result = await autocannon({
    url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`,
    connections: command.connections,
    pipelining: 1,
    duration: command.durationMilliseconds / 1_000,
    sampleInt: lookEveryMilliseconds,
    // autocannon discards every answer that it reconnects after. Its correction of coordinated omission, which takes
    // seconds for milliseconds, is for requests at a rate alone: without one it is off, and may not be switched off.
    ...(command.reconnect ? { reconnectRate: 1 } : {}),
    ...(servername === undefined ? {} : { servername }),
    // It overrides `rejectUnauthorized` to false, and makes deep copies, which no context survives. Objects of a kind that
    // it does not know it leaves alone: so there is one context for all, in place of one built for each connection.
    tlsOptions: { ...tls, secureContext: Object.assign(secureContext, { [Symbol.toStringTag]: 'Context' }) },
    setupClient: answers.watch,
  });
  return {
    type: 'requested',
    durationMilliseconds: performance.now() - startedAt,
    ...answers.counts(),
    errors: result.errors,
    timeouts: result.timeouts,
  };
}
