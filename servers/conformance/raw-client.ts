import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import { websocketPath } from '../contract/paths.ts';
import type { TestServer } from '../testing/start.ts';
import { closeFrame, type Opcode, opcodes } from './frames.ts';

export interface Response {
  status: number;
  /** Status line and headers, in lower case. */
  head: string;
  body: string;
}

/** A frame the server sent. */
export interface ServerFrame {
  opcode: Opcode;
  payload: Buffer;
}

const upgradeHeaders: Readonly<Record<string, string>> = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  // The key of RFC 6455, 1.3; the answer to it is known.
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export function request(path: string, headers: Readonly<Record<string, string>> = upgradeHeaders): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** An upgrade request that is correct except for `changes`. */
export function upgradeRequest(changes: Readonly<Record<string, string>> = {}): string {
  return request(websocketPath, { ...upgradeHeaders, ...changes });
}

/**
 * A client that sends any bytes, good or bad, and reads only on request. A client that does not read ignores the
 * server.
 */
export class RawClient implements Disposable {
  readonly socket: Socket;
  readonly #tcp: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  private constructor(tcp: Socket, socket: Socket) {
    this.#tcp = tcp;
    this.socket = socket;
    this.#chunks = socket.iterator();
    // Reads and writes report a broken connection.
    socket.on('error', () => {});
  }

  static async tcp(server: TestServer): Promise<RawClient> {
    const socket = connectTcp({ host: '127.0.0.1', port: server.port, noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket, socket);
  }

  static async tls(server: TestServer, options: ConnectionOptions = {}): Promise<RawClient> {
    const tcp = connectTcp({ host: '127.0.0.1', port: server.port, noDelay: true });
    const socket = connectTls({ socket: tcp, host: '127.0.0.1', ca: server.ca, ...options });
    await once(socket, 'secureConnect');
    return new RawClient(tcp, socket);
  }

  static async webSocket(server: TestServer, options: ConnectionOptions = {}): Promise<RawClient> {
    const client = await RawClient.tls(server, options);
    await client.upgrade();
    return client;
  }

  get tlsSocket(): TLSSocket {
    assert.ok(this.socket instanceof TLSSocket);
    return this.socket;
  }

  /** Resolves when the bytes are handed to the kernel, so that the next bytes get a TLS record of their own. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Opens a session; `first` are bytes that the client sends together with its request. */
  async upgrade(first: Buffer = Buffer.alloc(0)): Promise<Response> {
    await this.write(Buffer.concat([Buffer.from(upgradeRequest()), first]));
    const response = await this.response();
    assert.equal(response.status, 101);
    return response;
  }

  async response(): Promise<Response> {
    let end = this.#held.indexOf('\r\n\r\n');
    while (end < 0) {
      assert.ok(await this.#fill(), 'the connection ended before the response');
      end = this.#held.indexOf('\r\n\r\n');
    }
    const head = (await this.#take(end + 4)).toString().toLowerCase();
    const body = await this.#take(Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0));
    return { status: Number(head.split(' ')[1]), head, body: body.toString() };
  }

  async frame(): Promise<ServerFrame> {
    const [first = 0, second = 0] = await this.#take(2);
    assert.equal(first & 0xf0, 0x80, 'a final frame without reserved bits');
    assert.ok(second < 126, 'a short frame without a mask');
    const opcode = opcodeNames.get(first & 0x0f);
    assert.ok(opcode, `opcode ${first & 0x0f}`);
    return { opcode, payload: await this.#take(second) };
  }

  /** Reads the next frame, which must be the server's close frame. */
  async closed(): Promise<{ code: number; reason: string }> {
    const { opcode, payload } = await this.frame();
    assert.equal(opcode, 'close');
    return { code: payload.readUInt16BE(), reason: payload.toString('utf8', 2) };
  }

  /** Resolves when the server has ended the connection; what it sent before stays unread. */
  async ended(): Promise<void> {
    while (await this.#fill());
  }

  /** Closes the session as a good client does. */
  async leave(): Promise<void> {
    await this.write(closeFrame(1000));
    assert.equal((await this.closed()).code, 1000);
    await this.ended();
    assert.equal(this.#held.length, 0, 'nothing comes after the close frame');
  }

  /** Drops the connection by a TCP reset. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#held.length < length) assert.ok(await this.#fill(), 'the connection ended too early');
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async #fill(): Promise<boolean> {
    try {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#held = Buffer.concat([this.#held, next.value]);
      return true;
    } catch {
      return false;
    }
  }
}

const opcodeNames = new Map<number, Opcode>(
  (['continuation', 'text', 'binary', 'close', 'ping', 'pong'] as const).map((name) => [opcodes[name], name]),
);
