import type { Duplex } from 'node:stream';

/**
 * One TCP connection as a model hands it over: its bytes, and how it is made to get on. Its first deadline runs from
 * when it was accepted, which only the model knows.
 */
export interface Connection {
  readonly stream: Duplex;
  /** From now, `deadlineMilliseconds` until the connection is cut, unless it is cleared or started anew. */
  startDeadline(): void;
  /** Only the model knows how to wake the thread that waits for a connection, so only it can keep a deadline. */
  clearDeadline(): void;
  /** True once the model has cut the connection: then it was not the client who left. */
  isCut(): boolean;
  /** Called once, when socket and session have ended and everything about them is counted. */
  ended(): void;
}
