import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected } from '../testing/fake-trial.ts';
import { handshakeObjections } from './trial.ts';

const cipher = 'TLS_AES_128_GCM_SHA256';
const asked = `TLSv1.3 ${cipher}`;

describe('objections to handshakes', () => {
  test('there are none when each was full and had the cipher asked for', () => {
    const lines = [{ ...connected(10), negotiated: { [asked]: 10 } }, connected(0)];
    assert.deepEqual(handshakeObjections(lines, cipher), []);
  });

  test('count sessions that were resumed, over the whole fleet', () => {
    const lines = [
      { ...connected(10), negotiated: { [asked]: 10 }, resumed: 2 },
      { ...connected(10), negotiated: { [asked]: 10 }, resumed: 1 },
    ];
    assert.deepEqual(handshakeObjections(lines, cipher), [
      '3 handshakes resumed an earlier session and cost less than a full one',
    ]);
  });

  for (const other of ['TLSv1.3 TLS_CHACHA20_POLY1305_SHA256', `TLSv1.2 ${cipher}`]) {
    test(`name ${other} once, however many clients had it`, () => {
      const lines = [
        { ...connected(10), negotiated: { [asked]: 9, [other]: 1 } },
        { ...connected(10), negotiated: { [other]: 10 } },
      ];
      assert.deepEqual(handshakeObjections(lines, cipher), [`some clients negotiated ${other} in place of ${cipher}`]);
    });
  }
});
