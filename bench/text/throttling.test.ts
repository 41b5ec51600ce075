import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeThrottling, throttlingNow } from './throttling.ts';

describe('throttle bits in words', () => {
  const table: [bits: number, text: string][] = [
    [0, '0x0 (none)'],
    [0x1, '0x1 (under-voltage now)'],
    [0xe, '0xe (frequency capped now, throttled now, soft temperature limit now)'],
    [0x50000, '0x50000 (under-voltage since boot, throttled since boot)'],
    [0x80008, '0x80008 (soft temperature limit now, soft temperature limit since boot)'],
    [0x20000, '0x20000 (frequency capped since boot)'],
  ];
  for (const [bits, text] of table) test(text, () => assert.equal(describeThrottling(bits), text));

  test('the current state leaves out bits since boot', () => assert.deepEqual(throttlingNow(0xf0004), ['throttled']));
});
