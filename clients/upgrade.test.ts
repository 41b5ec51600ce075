import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { buildUpgrade, readUpgradeAnswer } from './upgrade.ts';

const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const answer = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
const good = [
  'HTTP/1.1 101 Switching Protocols',
  'upgrade: WebSocket',
  'CONNECTION: Upgrade',
  `Sec-WebSocket-Accept: ${accept}`,
];

test('the request asks for the websocket path of the suite, without any extension', () => {
  const { request, accept: expected } = buildUpgrade('pi.example');
  const [first, ...headers] = request.toString().split('\r\n');
  assert.equal(first, 'GET /readings HTTP/1.1');
  assert.ok(headers.includes('Host: pi.example'));
  assert.ok(!request.toString().includes('Extensions'));
  const key = headers.find((header) => header.startsWith('Sec-WebSocket-Key: '))?.slice(19) ?? '';
  assert.equal(Buffer.from(key, 'base64').length, 16);
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  assert.equal(expected, hash);
});

test('a 101 is accepted, and the offset of the first frame is returned', () => {
  const head = answer(...good);
  assert.equal(readUpgradeAnswer(head, accept), head.length);
  assert.equal(readUpgradeAnswer(Buffer.concat([head, Buffer.from([0x8a, 0])]), accept), head.length);
});

test('a partial answer is incomplete, and refused beyond a size limit', () => {
  const head = answer(...good);
  for (let end = 0; end < head.length; end += 1) {
    assert.equal(readUpgradeAnswer(head.subarray(0, end), accept), 'incomplete');
  }
  assert.equal(readUpgradeAnswer(Buffer.alloc(10_000, 'x'), accept), 'refused');
});

for (const [why, lines] of [
  ['not found', ['HTTP/1.1 404 Not Found', ...good.slice(1)]],
  ['another code that begins with 101', ['HTTP/1.1 1012 Odd', ...good.slice(1)]],
  ['wrong accept', [...good.slice(0, 3), 'Sec-WebSocket-Accept: AAAA']],
  ['no accept', good.slice(0, 3)],
  ['another protocol', [good[0], 'Upgrade: h2c', ...good.slice(2)]],
  ['no connection header', [good[0], good[1], good[3]]],
  ['compression that the client did not offer', [...good, 'Sec-WebSocket-Extensions: permessage-deflate']],
] as [string, string[]][]) {
  test(`refused: ${why}`, () => assert.equal(readUpgradeAnswer(answer(...lines), accept), 'refused'));
}
