import * as z from 'zod';

/**
 * Protocol of the HTTPS client (clients/https/main.ts): the harness writes commands to its stdin, and the client prints
 * lines on its stdout, one JSON object per line. It ends when its stdin ends.
 */
const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

export const httpsConfigurationSchema = z.object({
  type: z.literal('configure'),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  /** Name that the server's certificate must contain. */
  serverName: z.string(),
  /** CA certificate that the client verifies the server against, PEM. */
  ca: z.string(),
  cipher: z.string(),
  path: z.string(),
});

export const httpsCommandSchema = z.discriminatedUnion('type', [
  httpsConfigurationSchema,
  /** Sends requests for this long over this many connections; with `reconnect`, every request opens a new one. */
  z.object({
    type: z.literal('request'),
    connections: z.int().positive(),
    durationMilliseconds: z.int().positive(),
    reconnect: z.boolean(),
  }),
  z.object({ type: z.literal('stop') }),
]);

export const httpsLineSchema = z.discriminatedUnion('type', [
  /**
   * Answers `configure`: a server with a verified certificate has answered one request with 200. The server's counts
   * include that request and its connection.
   */
  z.object({ type: z.literal('ready'), pid: count }),
  /** The first connection of a `request` command starts to open, for its first request. */
  z.object({ type: z.literal('requesting') }),
  /** Answers `request`. The client's counts are a check of the server's own count, which is the published figure. */
  z.object({
    type: z.literal('requested'),
    durationMilliseconds: milliseconds,
    /**
     * Responses with a 2xx status, and with any other. The server may count more: the requests in flight at the end.
     */
    answered: count,
    others: count,
    /** Connection errors, including `timeouts` (no response within ten seconds). */
    errors: count,
    timeouts: count,
    /**
     * Over all responses: time from handing over the request to the head of its response, including the TLS handshake
     * of a new connection.
     */
    p50Milliseconds: milliseconds,
    p99Milliseconds: milliseconds,
    maxMilliseconds: milliseconds,
  }),
  z.object({ type: z.literal('stopped') }),
  /** The process cannot continue; it exits with code 1 after this line. */
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type HttpsConfiguration = z.infer<typeof httpsConfigurationSchema>;
export type HttpsCommand = z.infer<typeof httpsCommandSchema>;
export type HttpsRequest = Extract<HttpsCommand, { type: 'request' }>;
export type HttpsLine = z.infer<typeof httpsLineSchema>;
export type HttpsRequested = Extract<HttpsLine, { type: 'requested' }>;
