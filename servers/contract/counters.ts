/** Why a session was ended for what its client sent, each with the close code that tells him. */
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
 * What a server counts, from its start. Counts only ever grow; what is open is a difference of two of them.
 * Bad input is counted by kind and never printed per client: a server under attack must not drown in its own log.
 */
export const counterNames = [
  /** TCP connections accepted. */
  'accepted',
  /** TCP connections closed again, for whatever reason (refused ones too). */
  'released',
  /** Connections closed at once because every thread allowed was taken. */
  'refused',
  /** Websocket sessions opened; open now = upgraded - ended. */
  'upgraded',
  /** Websocket sessions ended, whatever the reason. */
  'ended',
  /** Messages read, parsed and found to be of the right shape. */
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
  /** Clients that left without a close frame: after the upgrade, or in the middle of a handshake. */
  'vanished',
  /** Threads that could not be started or that died. */
  'threadFailures',
] as const;

export type CounterName = (typeof counterNames)[number];
export type CounterValues = Record<CounterName, number>;
