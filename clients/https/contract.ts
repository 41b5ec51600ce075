import * as z from 'zod';

/**
 * What the harness tells the HTTPS client (clients/https/main.ts) on its stdin, and what it prints on its stdout: JSON,
 * one object a line. It ends when its stdin does.
 */
const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

export const httpsConfigurationSchema = z.object({
  type: z.literal('configure'),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  /** The name the server's certificate must bear. */
  serverName: z.string(),
  /** The CA that the server is verified against, PEM. */
  ca: z.string(),
  cipher: z.string(),
  path: z.string(),
});

export const httpsCommandSchema = z.discriminatedUnion('type', [
  httpsConfigurationSchema,
  /** Request for this long over this many connections; with `reconnect`, every request opens a new one. */
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
   * Answers `configure`: one request has been answered with 200 by a server whose certificate was verified. The server
   * has counted it and its connection.
   */
  z.object({ type: z.literal('ready'), pid: count }),
  /** The first connection of a `request` command is being opened, for its first request. */
  z.object({ type: z.literal('requesting') }),
  /** Answers `request`. What the client counted stands beside the server's own count, which is the figure. */
  z.object({
    type: z.literal('requested'),
    durationMilliseconds: milliseconds,
    /** Answers with 2xx, and with anything else. What was under way at the end, the server may have counted beyond them. */
    answered: count,
    others: count,
    /** Of connections, `timeouts` (no answer within ten seconds) among them. */
    errors: count,
    timeouts: count,
    /** Of all answers: from when the request was handed over to the head of its answer, the handshake included where one comes before. */
    p50Milliseconds: milliseconds,
    p99Milliseconds: milliseconds,
    maxMilliseconds: milliseconds,
  }),
  z.object({ type: z.literal('stopped') }),
  /** The process cannot go on; it exits with 1 after this line. */
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type HttpsConfiguration = z.infer<typeof httpsConfigurationSchema>;
export type HttpsCommand = z.infer<typeof httpsCommandSchema>;
export type HttpsRequest = Extract<HttpsCommand, { type: 'request' }>;
export type HttpsLine = z.infer<typeof httpsLineSchema>;
export type HttpsRequested = Extract<HttpsLine, { type: 'requested' }>;
