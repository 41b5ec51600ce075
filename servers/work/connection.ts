import type { Duplex } from 'node:stream';

/**
 * One TCP connection as a model hands it over: its stream, and the deadline by which it must make progress. The first
 * deadline runs from accept, a moment that only the model knows.
 */
export interface Connection {
  readonly stream: Duplex;
  /** Cuts the connection `deadlineMilliseconds` from now, unless the deadline is cleared or restarted. */
  startDeadline(): void;
  /**
   * Clears the deadline. Only the model can keep deadlines, because only it knows how to wake the thread that waits for
   * a connection.
   */
  clearDeadline(): void;
  /** True once the model has cut the connection: then the client has not left by itself. */
  isCut(): boolean;
  /** Called once, when socket and session have ended and everything about them is counted. */
  ended(): void;
}
