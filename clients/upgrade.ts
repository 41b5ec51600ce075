import { randomBytes } from 'node:crypto';
import { websocketPath } from '../servers/contract/paths.ts';
import { websocketAccept } from '../servers/contract/websocket.ts';

/** A longer head is not a valid answer to an upgrade. */
const longestHeadBytes = 8_192;
const headEnd = '\r\n\r\n';

/** The request that opens a websocket, and the answer that it must get. */
export interface Upgrade {
  request: Buffer;
  /** Required value of `Sec-WebSocket-Accept`. */
  accept: string;
}

/**
 * Builds the request. All clients of a process share one key: it only has to be unpredictable for intermediaries, and a
 * key for each client would cost a hash per connection. The request offers no extension, so nothing is ever compressed.
 */
export function buildUpgrade(serverName: string): Upgrade {
  const key = randomBytes(16).toString('base64');
  const lines = [
    `GET ${websocketPath} HTTP/1.1`,
    `Host: ${serverName}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
  ];
  return {
    request: Buffer.from(`${lines.join('\r\n')}${headEnd}`),
    accept: websocketAccept(key),
  };
}

/**
 * Reads the answer to an upgrade.
 *
 * @returns the offset of the first frame; `incomplete` when more bytes must come; `refused` when the answer is not a
 * 101 as RFC 6455 (4.1) demands.
 */
export function readUpgradeAnswer(bytes: Buffer, accept: string): number | 'incomplete' | 'refused' {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return bytes.length < longestHeadBytes ? 'incomplete' : 'refused';
  const [status = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!/^HTTP\/1\.1 101( |$)/.test(status)) return 'refused';
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const opened =
    headers.get('upgrade')?.toLowerCase() === 'websocket' &&
    headers.get('connection')?.toLowerCase() === 'upgrade' &&
    headers.get('sec-websocket-accept') === accept &&
    !headers.has('sec-websocket-extensions');
  return opened ? end + headEnd.length : 'refused';
}
