import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { FailureKind } from './contract.ts';
import { failureKind, type Stage } from './failures.ts';
import { closeFrame, pingNumber, pongFrame } from './frames.ts';
import { type FrameSink, type ReadState, readFrames } from './reader.ts';
import type { SendingClient } from './sender.ts';
import type { Unanswered } from './unanswered.ts';
import { readUpgradeAnswer, type Upgrade } from './upgrade.ts';

/** A server that does not answer a close frame is left alone after this. */
export const closeWithinMilliseconds = 2_000;

/** Where one client connects to and from. */
export interface Route {
  /** An address: looking a name up for every client would measure the resolver. */
  host: string;
  port: number;
  /** Where from; without it the kernel chooses. */
  localAddress?: string;
}

/** What all clients of a process have in common. */
export interface Common {
  tls: ConnectionOptions;
  upgrade: Upgrade;
  /** Of a TLS record; absent leaves it to TLS. */
  recordBytes?: number;
  events: ClientEvents;
}

/** Each is called once at most, and for a client either `failed` alone or `opened`, perhaps `lost`, and `gone`. */
export interface ClientEvents {
  opened(client: Client): void;
  failed(client: Client, kind: FailureKind): void;
  /** The session ended without having been asked to, by this code (1006: without a close frame). */
  lost(client: Client, code: number): void;
  /** The socket of a client that had opened is closed. */
  gone(client: Client): void;
  /** @param ping the number of the ping that the server answered. */
  ponged(client: Client, ping: number): void;
}

/**
 * One websocket client, on `node:tls` alone: it can only do what a fleet needs, and so costs less CPU and memory for each
 * connection than a general websocket client. Listeners are shared functions that find their client
 * on the socket: closures for each of thousands of sockets would cost as much again.
 */
export class Client implements SendingClient, ReadState, FrameSink {
  slot = -1;
  position = -1;
  unread: Buffer | undefined = undefined;
  skip = 0;
  unanswered: Unanswered | undefined = undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly socket: OwnedSocket;
  readonly #common: Common;
  #stage: Stage = 'connecting';
  #failure: FailureKind | undefined = undefined;

  /** Begins to connect. */
  constructor(common: Common, route: Route) {
    this.#common = common;
    this.startedAt = performance.now();
    const socket = connect({ ...common.tls, ...route });
    // A message must leave when it is due, not when the kernel has gathered enough.
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

  /** Ends the attempt at once, for this reason; or the socket of a client that is being closed. */
  abort(kind: FailureKind): void {
    this.#failure ??= kind;
    this.socket.destroy();
  }

  /** Begins the close handshake; `gone` follows when the server has answered. */
  close(code: number): void {
    this.#stage = 'closing';
    this.socket.write(closeFrame(code));
  }

  secured(): void {
    this.#stage = 'upgrading';
    const { recordBytes } = this.#common;
    // A buffer of that size is kept for each connection.
    if (recordBytes !== undefined) this.socket.setMaxSendFragment(recordBytes);
    this.socket.write(this.#common.upgrade.request);
  }

  received(chunk: Buffer): void {
    if (this.#stage === 'upgrading') this.#upgrade(chunk);
    else if (this.#stage !== 'connecting') readFrames(this, chunk, this);
  }

  erred(error: NodeJS.ErrnoException): void {
    this.#failure ??= failureKind(error, this.#stage);
  }

  ended(): void {
    const { events } = this.#common;
    if (this.#stage === 'connecting' || this.#stage === 'upgrading') {
      // Closed in good order, but too early: for whoever wanted to connect it is the same as a reset.
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
    if (this.#stage === 'open' && number !== undefined) this.#common.events.ponged(this, number);
  }

  closed(code: number): void {
    if (this.#stage === 'closing') return;
    this.#lose(code);
    // 1005 stands for a close frame without a code and may not be sent itself (RFC 6455, 7.4.1).
    this.socket.end(closeFrame(code === 1005 ? undefined : code));
  }

  violated(): void {
    if (this.#stage !== 'open') return;
    this.#lose(1002);
    this.socket.end(closeFrame(1002));
  }

  #upgrade(chunk: Buffer): void {
    const bytes = this.unread === undefined ? chunk : Buffer.concat([this.unread, chunk]);
    const frames = readUpgradeAnswer(bytes, this.#common.upgrade.accept);
    this.unread = frames === 'incomplete' ? bytes : undefined;
    if (frames === 'refused') this.abort('upgrade');
    if (typeof frames === 'string') return;
    this.#stage = 'open';
    this.#common.events.opened(this);
    if (frames < bytes.length) readFrames(this, bytes.subarray(frames), this);
  }

  #lose(code: number): void {
    this.#stage = 'closing';
    this.#common.events.lost(this, code);
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
