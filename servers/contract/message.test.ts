import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  buildMessage,
  defaultMessageBytes,
  largestMessageBytes,
  messageSchema,
  smallestMessageBytes,
} from './message.ts';

const sizes = fc.integer({ min: smallestMessageBytes, max: largestMessageBytes });
/** Numbers of a message have one to sixteen digits. */
const numbers = fc.tuple(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeNat());

function json(...args: Parameters<typeof buildMessage>): string {
  return JSON.stringify(buildMessage(...args));
}

describe('the message', () => {
  test('has exactly the requested length and the right shape, at any size', () => {
    fc.assert(
      fc.property(numbers, sizes, ([client, sequence, sentAt], bytes) => {
        const text = json(client, sequence, sentAt, bytes);
        assert.equal(Buffer.byteLength(text), bytes);
        const message = messageSchema.parse(JSON.parse(text));
        assert.deepEqual([message.client, message.sequence, message.sentAt], [client, sequence, sentAt]);
      }),
      { numRuns: 60 },
    );
  });

  test('has exactly the requested length at each small size, where one reading more or less matters', () => {
    for (let bytes = smallestMessageBytes; bytes <= 1_024; bytes += 1) {
      assert.equal(Buffer.byteLength(json(1, 1, 1_800_000_000_000, bytes)), bytes);
    }
  });

  test('has the same bytes for the same arguments, and other bytes for another client or sequence', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (client, sequence) => {
        const first = json(client, sequence, 1_800_000_000_000, 2_048);
        assert.equal(json(client, sequence, 1_800_000_000_000, 2_048), first);
        // The readings differ too, not only the two numbers themselves.
        const { readings } = buildMessage(client, sequence, 1_800_000_000_000, 2_048);
        assert.notDeepEqual(buildMessage(client, sequence + 1, 1_800_000_000_000, 2_048).readings, readings);
        assert.notDeepEqual(buildMessage(client + 1, sequence, 1_800_000_000_000, 2_048).readings, readings);
      }),
    );
  });

  test('has about a hundred readings at the usual size', () => {
    const { readings } = buildMessage(1, 1, 1_800_000_000_000, defaultMessageBytes);
    assert.ok(readings.length > 90 && readings.length < 120, String(readings.length));
  });

  for (const bytes of [255, 1_048_577, 0, -1, 300.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`cannot have ${bytes} bytes`, () => {
      assert.throws(() => buildMessage(1, 1, 1, bytes), RangeError);
    });
  }
});

describe('the schema of the message', () => {
  const message = buildMessage(1, 1, 1_800_000_000_000, 512);
  const first = message.readings[0];

  const wrong: [path: string, value: unknown][] = [
    ['client', { ...message, client: 1.5 }],
    ['sequence', { ...message, sequence: undefined }],
    ['sentAt', { ...message, sentAt: '2026-01-01' }],
    ['readings', { ...message, readings: {} }],
    ['readings.0.value', { ...message, readings: [{ ...first, value: null }] }],
    ['readings.0.tags.1', { ...message, readings: [{ ...first, tags: ['a', 1] }] }],
    ['', null],
  ];
  for (const [path, value] of wrong) {
    test(`says that ${path || 'the whole'} is wrong`, () => {
      const parsed = messageSchema.safeParse(value);
      assert.equal(parsed.success, false);
      assert.equal(parsed.error?.issues[0]?.path.join('.'), path);
    });
  }
});
