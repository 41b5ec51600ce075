import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CounterValues } from '../contract/counters.ts';
import { buildMessage, defaultMessageBytes } from '../contract/message.ts';
import { websocketPath } from '../contract/paths.ts';
import type { TestServer } from '../testing/start.ts';

/** Actions of a client, and everything that the server must have counted when they are over. */
export interface Case {
  title: string;
  /** `accepted` is 1 unless given; `released` and `ended` follow from `accepted` and `upgraded`. Others are 0. */
  counts: Partial<CounterValues>;
  run(server: TestServer): Promise<void>;
}

/** Cases that run against one server with certain options. */
export interface Group {
  title: string;
  /** Arguments of the server. */
  options: string[];
  cases: Case[];
}

export function messageText(bytes = defaultMessageBytes): string {
  return JSON.stringify(buildMessage(1, 1, 1_800_000_000_000, bytes));
}

export const visitCounts: Partial<CounterValues> = {
  upgraded: 1,
  messages: 1,
  messageBytes: defaultMessageBytes,
  pings: 1,
};

/** Acts as a good client, through `ws` and not through the frames of this suite, so that each checks the other. */
export async function visit(server: TestServer): Promise<void> {
  const client = await openWebSocket(server);
  try {
    client.send(messageText());
    client.ping();
    const closed = once(client, 'close').then(([code]) => Promise.reject(new Error(`closed with ${code}`)));
    // Also rejects after the good end below, when it is no longer awaited.
    closed.catch(() => {});
    await Promise.race([once(client, 'pong'), closed]);
    client.close(1000);
    const [code] = await once(client, 'close');
    if (code !== 1000) throw new Error(`the close frame was answered with ${code}`);
  } finally {
    client.terminate();
  }
}

export async function openWebSocket(server: TestServer): Promise<WebSocket> {
  const url = `wss://127.0.0.1:${server.port}${websocketPath}`;
  const client = new WebSocket(url, { ca: server.ca, perMessageDeflate: false });
  await once(client, 'open');
  return client;
}
