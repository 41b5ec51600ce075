import { createHash } from 'node:crypto';

const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Value of `Sec-WebSocket-Accept` that answers this `Sec-WebSocket-Key` (RFC 6455, 1.3). */
export function websocketAccept(key: string): string {
  return createHash('sha1').update(`${key}${keySuffix}`).digest('base64');
}
