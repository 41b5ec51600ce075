import { isUtf8 } from 'node:buffer';
import type { RawData, WebSocket } from 'ws';
import type { CounterName } from '../contract/counters.ts';
import { messageSchema } from '../contract/message.ts';
import type { Connection } from './connection.ts';
import type { Counters } from './counters.ts';

/** A close frame carries at most 123 bytes of reason (RFC 6455, 5.5 and 5.5.1). */
const reasonLimitBytes = 123;

/**
 * The work itself: parses every text message into its typed shape and counts it. The first bad message ends the session
 * with a close code that says why.
 * When this side starts the close handshake, it must end within the connection's deadline.
 */
export function serveSession(
  webSocket: WebSocket,
  counters: Counters,
  connection: Pick<Connection, 'startDeadline' | 'isCut'>,
): void {
  let rejected = false;
  const reject = (kind: CounterName, code: number, reason: string) => {
    rejected = true;
    counters.add(kind);
    webSocket.close(code, reason);
    connection.startDeadline();
  };

  counters.add('upgraded');
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    // After a rejection the session is closing: later messages are not work any more.
    if (rejected) return;
    if (isBinary) return reject('rejectedBinary', 1003, 'send the message as text');
    const text = data.toString();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return reject('rejectedJson', 1007, 'the message is not JSON');
    }
    const parsed = messageSchema.safeParse(value);
    if (!parsed.success) {
      const path = parsed.error.issues[0]?.path.join('.') || '(the message itself)';
      return reject('rejectedShape', 1008, fitReason(`wrong or missing: ${path}`));
    }
    counters.add('messages');
    counters.add('messageBytes', byteLength(data));
  });
  webSocket.on('ping', () => {
    // `ws` answers only while the session is open.
    if (webSocket.readyState === webSocket.OPEN) counters.add('pings');
  });
  webSocket.on('error', (error: Error & { code?: string }) => {
    // `ws` has sent the close frame itself. A broken socket shows in the close code below.
    const kind = kindOfError(error.code);
    if (kind === undefined || rejected) return;
    rejected = true;
    counters.add(kind);
    connection.startDeadline();
  });
  webSocket.on('close', (code: number) => {
    counters.add('ended');
    if (code === 1006 && !rejected && !connection.isCut()) counters.add('vanished');
  });
}

/** Shortens a reason to what a close frame can hold, without splitting a character. */
export function fitReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= reasonLimitBytes) return reason;
  let end = reasonLimitBytes;
  while (!isUtf8(bytes.subarray(0, end))) end -= 1;
  return bytes.subarray(0, end).toString();
}

function kindOfError(code: string | undefined): CounterName | undefined {
  if (code === 'WS_ERR_INVALID_UTF8') return 'rejectedUtf8';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'rejectedTooLarge';
  if (code?.startsWith('WS_ERR_')) return 'rejectedProtocol';
  return undefined;
}

function byteLength(data: RawData): number {
  if (Array.isArray(data)) return data.reduce((sum, part) => sum + part.length, 0);
  return data.byteLength;
}
