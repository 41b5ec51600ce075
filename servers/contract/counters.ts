/** Reasons why a server ended a session because of bad input, each with the close code that tells the client. */
export const messageRejections = [
  /** Websocket protocol errors: an unmasked frame, reserved bits (close code 1002). */
  'rejectedProtocol',
  /** A binary message where JSON text is due (1003). */
  'rejectedBinary',
  /** Text that is not UTF-8 (1007). */
  'rejectedUtf8',
  /** Text that is not JSON (1007). */
  'rejectedJson',
  /** JSON that is not the message of the contract (1008). */
  'rejectedShape',
  /** A message above the size limit (1009). */
  'rejectedTooLarge',
] as const;

/**
 * Counters of a server since its start. They only grow; what is open is the difference of two of them. Bad input is
 * counted by kind and never printed per client: a server under attack must not drown in its own log.
 */
export const counterNames = [
  /** TCP connections accepted. */
  'accepted',
  /** TCP connections closed, for any reason; refused ones too. */
  'released',
  /** Connections closed at once because all allowed threads were taken. */
  'refused',
  /** Websocket sessions opened; open now = upgraded - ended. */
  'upgraded',
  /** Websocket sessions ended, for any reason. */
  'ended',
  /** Messages read, parsed and found valid. */
  'messages',
  /** Payload bytes of those messages. */
  'messageBytes',
  /** Websocket pings answered. */
  'pings',
  /** `GET /healthz` answered with 200. */
  'healthChecks',
  /** Not TLS, or a TLS handshake that failed. */
  'rejectedTls',
  /** TLS, but not HTTP. */
  'rejectedHttp',
  /** A request or an upgrade to a path that does not exist (404). */
  'rejectedPath',
  /** An upgrade with wrong headers (400 or 405). */
  'rejectedUpgrade',
  /** Handshake, request or close handshake not finished within its deadline. */
  'rejectedDeadline',
  ...messageRejections,
  /** Clients that left without a close frame: after the upgrade, or during a handshake. */
  'vanished',
  /** Threads that could not be started or that died. */
  'threadFailures',
] as const;

export type CounterName = (typeof counterNames)[number];
export type CounterValues = Record<CounterName, number>;
