import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { websocketPath } from '../../contract/paths.ts';
import { websocketAccept } from '../../contract/websocket.ts';
import { Counters } from '../../work/counters.ts';
import { tlsContext } from '../../work/tls.ts';
import { listenOnAll } from '../listen.ts';
import type { ListenSettings, RunningServer } from '../model.ts';

const endOfHead = '\r\n\r\n';
const longestHead = 8_192;
const closeOpcode = 0x8;

/**
 * Not a contender: it opens TLS and websockets, then reads and discards. The rate at which a fleet can send to it is
 * the fleet's highest rate. It trusts its clients to send frames of one length and nothing else, until they close.
 */
export async function serveNothing(settings: ListenSettings): Promise<RunningServer> {
  const counters = new Counters();
  const secureContext = tlsContext(settings.work);
  const sockets = new Set<Socket>();
  const { messageBytes } = settings.work;
  const frame = maskedFrameBytes(messageBytes);
  const servers = settings.ports.map(() =>
    createServer({ noDelay: true }, (connection) => {
      counters.add('accepted');
      sockets.add(connection);
      const socket = new TLSSocket(connection, { isServer: true, secureContext });
      let head = '';
      let bytes = 0;
      let isOpen = false;
      const discard = (chunk: Buffer) => {
        const at = (frame - (bytes % frame)) % frame;
        // Reads the first byte of each frame that begins in this chunk.
        for (let first = at; first < chunk.length; first += frame) {
          if (((chunk[first] ?? 0) & 0xf) === closeOpcode) socket.end();
        }
        const before = Math.floor(bytes / frame);
        bytes += chunk.length;
        for (let message = before; message < Math.floor(bytes / frame); message += 1) {
          counters.add('messages');
          counters.add('messageBytes', messageBytes);
        }
      };
      const upgrade = (chunk: Buffer) => {
        head += chunk.toString('latin1');
        if (head.length > longestHead) socket.destroy();
        if (!head.includes(endOfHead)) return;
        const answer = answerTo(head);
        if (answer === undefined) return void socket.destroy();
        isOpen = true;
        counters.add('upgraded');
        socket.off('data', upgrade).on('data', discard).write(answer);
      };
      socket.on('data', upgrade);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        connection.destroy();
        sockets.delete(connection);
        if (isOpen) counters.add('ended');
        counters.add('released');
      });
    }),
  );
  return {
    ports: await listenOnAll(servers, settings),
    limitations: [],
    counters,
    threadHeapUsedBytes: () => 0,
    stop() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      return Promise.resolve(0);
    },
    exitNow: (status) => process.exit(status),
  };
}

/** Length of a masked frame with so many bytes of payload (RFC 6455, 5.2). */
function maskedFrameBytes(payloadBytes: number): number {
  const length = payloadBytes > 65_535 ? 8 : payloadBytes > 125 ? 2 : 0;
  return 2 + length + 4 + payloadBytes;
}

function answerTo(head: string): string | undefined {
  const key = /^sec-websocket-key:\s*(\S+)/im.exec(head)?.[1];
  if (key === undefined || !head.startsWith(`GET ${websocketPath} `)) return undefined;
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${websocketAccept(key)}${endOfHead}`;
}
