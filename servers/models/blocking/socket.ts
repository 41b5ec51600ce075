import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * Bytes that one read(2) takes at most: six messages of 10 KB, and as many as libuv reads at once in the async server.
 */
const readBytes = 65_536;

/**
 * Turns of the event loop that a thread takes before it sleeps in read(2) again. OpenSSL's flights and websocket frames
 * leave on these turns: a thread that slept earlier would wait for an answer to what it never sent.
 */
const quietTurns = 4;

/** Interval at which a stopping connection checks whether its client has answered the close frame. */
const stopPollMilliseconds = 10;

export interface BlockingHooks {
  /** True while something above this socket still has bytes to write. */
  isBusy(): boolean;
  /** Called each time before the thread falls asleep. */
  beforeRead(): void;
  /** True once the accept thread has cut this connection, for a missed deadline or at the end of a stop. */
  isCut(): boolean;
  /**
   * Called when read(2) reports the end of file. True when this server is stopping: it has then shut down the reading
   * side itself, and the client may still be there.
   */
  isStopping(): boolean;
}

/**
 * A TCP connection as a stream whose reads and writes block the thread: the thread-per-connection server sleeps in
 * `readSync` while its client is silent.
 */
export class BlockingSocket extends Duplex {
  readonly descriptor: number;
  readonly #socket: Socket;
  readonly #hooks: BlockingHooks;
  readonly #closeDescriptor: () => void;
  #buffer = Buffer.allocUnsafeSlow(readBytes);
  #readIsPlanned = false;

  constructor(socket: Socket, hooks: BlockingHooks, closeDescriptor: () => void) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#hooks = hooks;
    this.#closeDescriptor = closeDescriptor;
    const handle = blockingHandle(socket);
    handle.setBlocking(true);
    this.descriptor = handle.fd;
    // The socket only lends its descriptor; errors appear in the system calls below.
    socket.on('error', () => {});
  }

  override _read(): void {
    if (this.#readIsPlanned) return;
    this.#readIsPlanned = true;
    setImmediate(() => this.#readWhenQuiet(quietTurns));
  }

  #readWhenQuiet(turns: number): void {
    if (this.destroyed) return;
    if (turns > 0 || this.#hooks.isBusy()) {
      setImmediate(() => this.#readWhenQuiet(turns - 1));
      return;
    }
    this.#hooks.beforeRead();
    let length: number;
    try {
      length = readSync(this.descriptor, this.#buffer, 0, readBytes, null);
    } catch (error) {
      this.destroy(asError(error));
      return;
    }
    if (this.#hooks.isCut()) {
      this.destroy();
      return;
    }
    if (length === 0 && this.#hooks.isStopping() && !this.writableFinished) {
      // This server has shut down the reading side. The client may still answer the close frame, but read(2) does not
      // block any more, so poll.
      setTimeout(() => this.#readWhenQuiet(0), stopPollMilliseconds);
      return;
    }
    this.#readIsPlanned = false;
    this.push(length === 0 ? null : this.#buffer.subarray(0, length));
    // TLS usually takes the bytes within push(). Otherwise they still lie in the buffer, and the next read needs a new
    // one.
    if (this.readableLength > 0) this.#buffer = Buffer.allocUnsafeSlow(readBytes);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      for (let written = 0; written < chunk.length; ) written += writeSync(this.descriptor, chunk, written);
      done();
    } catch (error) {
      done(asError(error));
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#closeDescriptor();
    done(error);
  }
}

interface BlockingHandle {
  fd: number;
  setBlocking(blocking: boolean): void;
}

/** The descriptor of a TCP socket, which Node keeps on an undocumented property. */
function blockingHandle(socket: Socket): BlockingHandle {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (isBlockingHandle(handle)) return handle;
  throw new Error('this version of Node keeps the descriptor of a socket elsewhere: run the pinned one');
}

function isBlockingHandle(handle: unknown): handle is BlockingHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'fd' in handle &&
    typeof handle.fd === 'number' &&
    'setBlocking' in handle &&
    typeof handle.setBlocking === 'function'
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
