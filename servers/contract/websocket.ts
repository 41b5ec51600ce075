import { createHash } from 'node:crypto';

const keySuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a server answers to this `Sec-WebSocket-Key`, in `Sec-WebSocket-Accept` (RFC 6455, 1.3). */
export function websocketAccept(key: string): string {
  return createHash('sha1').update(`${key}${keySuffix}`).digest('base64');
}
