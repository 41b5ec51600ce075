import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { healthPath, websocketPath } from '../contract/paths.ts';
import type { Connection } from './connection.ts';
import type { Counters } from './counters.ts';
import { serveSession } from './session.ts';
import type { WorkSettings } from './settings.ts';
import { tlsContext } from './tls.ts';

export interface Work {
  /** Serves a connection. The deadline for TLS and upgrade already runs: the model started it at accept. */
  serve(connection: Connection): void;
  /** Sends every open session the close frame 1001 (going away) and lets no new one in. */
  goAway(): void;
}

/** TLS, HTTP, websocket and message handling: everything that the models have in common. Nothing here waits. */
export function createWork(settings: WorkSettings, counters: Counters): Work {
  const secureContext = tlsContext(settings);
  /** Connections without a websocket session yet. */
  const connections = new Map<Duplex, Connection>();
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // A valid message has exactly messageBytes; an eighth more is "a little above" at every size.
    maxPayload: settings.messageBytes + Math.ceil(settings.messageBytes / 8),
  });
  let goingAway = false;

  // This HTTP server never listens: it gets each connection after TLS. Its own timeouts are off, because it checks them
  // only every thirty seconds; the deadlines replace them.
  const http = createServer({ headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 0 });
  http.on('request', (request, response) => {
    connections.get(request.socket)?.startDeadline();
    answerRequest(request, response, goingAway, counters);
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (connections.get(socket)?.isCut() !== true) counters.add(hasLeft(error) ? 'vanished' : 'rejectedHttp');
    refuse(socket, '400 Bad Request');
  });
  http.on('upgrade', (request, socket, head) => {
    const connection = connections.get(socket);
    if (connection === undefined || goingAway || request.url !== websocketPath) {
      if (!goingAway) counters.add('rejectedPath');
      return refuse(socket, goingAway ? '503 Service Unavailable' : '404 Not Found');
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      connections.delete(socket);
      connection.clearDeadline();
      serveSession(webSocket, counters, connection);
      webSocket.once('close', () => end(connection));
    });
  });
  webSockets.on('wsClientError', (_error, socket) => {
    counters.add('rejectedUpgrade');
    refuse(socket, '400 Bad Request');
  });

  return {
    serve(connection) {
      const socket = new TLSSocket(connection.stream, { isServer: true, secureContext });
      let secure = false;
      let rejected = false;
      connections.set(socket, connection);
      socket.on('secure', () => {
        secure = true;
        http.emit('connection', socket);
      });
      // A stream may stay half open, but one side alone cannot finish a handshake.
      socket.once('end', () => {
        if (!secure) socket.destroy();
      });
      socket.on('error', (error) => {
        // Later errors belong to HTTP and to the websocket session, which count them.
        if (secure || rejected || hasLeft(error)) return;
        rejected = true;
        counters.add('rejectedTls');
      });
      socket.once('close', () => {
        // A client that leaves is an error in one model and an end of the stream in another.
        if (!secure && !rejected && !goingAway && !connection.isCut()) counters.add('vanished');
        // A session is no longer in this map: it ends a little later than its socket.
        if (connections.delete(socket)) end(connection);
      });
    },
    goAway() {
      goingAway = true;
      for (const socket of connections.keys()) socket.destroy();
      for (const webSocket of webSockets.clients) webSocket.close(1001, 'the server stops');
    },
  };
}

function end(connection: Connection): void {
  connection.clearDeadline();
  connection.stream.destroy();
  connection.ended();
}

function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  goingAway: boolean,
  counters: Counters,
): void {
  if (request.method !== 'GET' || request.url !== healthPath) {
    counters.add('rejectedPath');
    response.writeHead(404).end();
    return;
  }
  counters.add('healthChecks');
  const open = counters.read('upgraded') - counters.read('ended');
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify({ status: goingAway ? 'stopping' : 'ok', open })}\n`);
}

/** True for a client that hung up. That is no protocol error, so it counts separately. */
function hasLeft(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'HPE_INVALID_EOF_STATE';
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
