import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { FailureKind } from './contract.ts';
import { failureKind, type Stage } from './failures.ts';
import { closeFrame, pingNumber, pongFrame } from './frames.ts';
import { type FrameSink, type ReadState, readFrames } from './reader.ts';
import type { SendingClient } from './sender.ts';
import type { Unanswered } from './unanswered.ts';
import { readUpgradeAnswer, type Upgrade } from './upgrade.ts';

/** Time that a server has to answer a close frame; after it the client gives up. */
export const closeWithinMilliseconds = 2_000;

/** Destination and source of one client. */
export interface Route {
  /** An IP address: looking up a name for each client would measure the resolver. */
  host: string;
  port: number;
  /** Source address; when absent the kernel chooses one. */
  localAddress?: string;
}

/** What all clients of a process share. */
export interface ClientContext {
  tls: ConnectionOptions;
  upgrade: Upgrade;
  /** Size of the largest TLS record to send; absent leaves it to OpenSSL. */
  recordBytes?: number;
  events: ClientEvents;
}

/**
 * Called in this order for each client: either `failed`, or `opened`, possibly `lost`, and `gone`; each of them at most
 * once. `ponged` comes any number of times while the client is open.
 */
export interface ClientEvents {
  opened(client: Client): void;
  failed(client: Client, kind: FailureKind): void;
  /** The session ended, but not by a close of this client; `code` is the close code (1006: no close frame). */
  lost(client: Client, code: number): void;
  /** The socket of a client that had opened has closed. */
  gone(client: Client): void;
  /** @param ping the number of the ping that the server answered. */
  ponged(client: Client, ping: number): void;
}

/**
 * One websocket client on `node:tls` alone. It does only what a fleet needs, so each connection costs less CPU and
 * memory than with a general websocket client. Listeners are shared functions that find their client on the socket:
 * closures for each of thousands of sockets would double that cost.
 */
export class Client implements SendingClient, ReadState, FrameSink {
  slot = -1;
  position = -1;
  unread: Buffer | undefined = undefined;
  skip = 0;
  unanswered: Unanswered | undefined = undefined;
  /** When the attempt started, in milliseconds by `performance.now()`. */
  readonly startedAt: number;
  readonly socket: OwnedSocket;
  readonly #context: ClientContext;
  #stage: Stage = 'connecting';
  #failure: FailureKind | undefined = undefined;

  /** Starts to connect. */
  constructor(context: ClientContext, route: Route) {
    this.#context = context;
    this.startedAt = performance.now();
    const socket = connect({ ...context.tls, ...route });
    // A message must leave when it is due: Nagle's algorithm would hold it back.
    socket.setNoDelay(true);
    this.socket = Object.assign(socket, { client: this });
    socket.on('secureConnect', onSecureConnect);
    socket.on('data', onData);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get isOpen(): boolean {
    return this.#stage === 'open';
  }

  /** Destroys the socket. An attempt that is still in progress fails by `kind`, unless it has failed already. */
  abort(kind: FailureKind): void {
    this.#failure ??= kind;
    this.socket.destroy();
  }

  /** Starts the close handshake; `gone` follows when the server has answered. */
  close(code: number): void {
    this.#stage = 'closing';
    this.socket.write(closeFrame(code));
  }

  secured(): void {
    this.#stage = 'upgrading';
    const { recordBytes } = this.#context;
    // OpenSSL keeps a buffer of this size for each connection.
    if (recordBytes !== undefined) this.socket.setMaxSendFragment(recordBytes);
    this.socket.write(this.#context.upgrade.request);
  }

  received(chunk: Buffer): void {
    if (this.#stage === 'upgrading') this.#upgrade(chunk);
    else if (this.#stage !== 'connecting') readFrames(this, chunk, this);
  }

  erred(error: NodeJS.ErrnoException): void {
    this.#failure ??= failureKind(error, this.#stage);
  }

  ended(): void {
    const { events } = this.#context;
    if (this.#stage === 'connecting' || this.#stage === 'upgrading') {
      // An orderly close before the session has opened counts as a reset of the attempt.
      events.failed(this, this.#failure ?? 'reset');
      return;
    }
    if (this.#stage === 'open') this.#lose(1006);
    events.gone(this);
  }

  ping(payload: Buffer): void {
    this.socket.write(pongFrame(payload));
  }

  pong(payload: Buffer): void {
    const number = pingNumber(payload);
    if (this.#stage === 'open' && number !== undefined) this.#context.events.ponged(this, number);
  }

  closed(code: number): void {
    if (this.#stage === 'closing') return;
    this.#lose(code);
    // 1005 stands for a close frame without a code and must not be sent itself (RFC 6455, 7.4.1).
    this.socket.end(closeFrame(code === 1005 ? undefined : code));
  }

  protocolError(): void {
    if (this.#stage !== 'open') return;
    this.#lose(1002);
    this.socket.end(closeFrame(1002));
  }

  #upgrade(chunk: Buffer): void {
    const bytes = this.unread === undefined ? chunk : Buffer.concat([this.unread, chunk]);
    const frames = readUpgradeAnswer(bytes, this.#context.upgrade.accept);
    this.unread = frames === 'incomplete' ? bytes : undefined;
    if (frames === 'refused') this.abort('upgrade');
    if (typeof frames === 'string') return;
    this.#stage = 'open';
    this.#context.events.opened(this);
    if (frames < bytes.length) readFrames(this, bytes.subarray(frames), this);
  }

  #lose(code: number): void {
    this.#stage = 'closing';
    this.#context.events.lost(this, code);
  }
}

type OwnedSocket = TLSSocket & { client: Client };

function onSecureConnect(this: OwnedSocket): void {
  this.client.secured();
}

function onData(this: OwnedSocket, chunk: Buffer): void {
  this.client.received(chunk);
}

function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  this.client.erred(error);
}

function onClose(this: OwnedSocket): void {
  this.client.ended();
}
