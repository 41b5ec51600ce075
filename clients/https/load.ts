import { isIPv6 } from 'node:net';
import autocannon from 'autocannon';
import { tlsOptions } from '../tls.ts';
import { Answers } from './answers.ts';
import type { HttpsConfiguration, HttpsRequest, HttpsRequested } from './contract.ts';

/** Interval at which autocannon checks whether its time is over. */
const lookEveryMilliseconds = 50;

/** Closed loop: each connection sends its next request when the previous one is answered. */
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
    // autocannon discards every response after which it reconnects. Its correction of coordinated omission, which
    // confuses seconds with milliseconds, applies only to a fixed request rate: without a rate it is off, and the
    // option to switch it off is refused.
    ...(command.reconnect ? { reconnectRate: 1 } : {}),
    ...(servername === undefined ? {} : { servername }),
    // autocannon sets `rejectUnauthorized` to false, and deep-copies its options, which breaks a secure context. It
    // does not copy objects with an unknown tag: with this tag all connections share one context, instead of building
    // one each.
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
