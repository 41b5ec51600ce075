import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { geometricSteps, nextBetween } from './bracket.ts';

type Ramp = Parameters<typeof geometricSteps>[0];

const ramps = fc.record({
  clients: fc.integer({ min: 1, max: 1_000_000 }),
  steps: fc.integer({ min: 1, max: 40 }),
  growth: fc.double({ min: 1.01, max: 10, noNaN: true }),
  bracketShare: fc.double({ min: 0.001, max: 1, noNaN: true }),
});
/** Small numbers are frequent, because rounding matters most there. */
const clients = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_000_000 }));
const brackets = fc
  .tuple(clients, clients)
  .filter(([passed, failed]) => passed < failed)
  .map(([passed, failed]) => ({ passed, failed }));

describe('the geometric steps', () => {
  const table: [clients: number, steps: number, growth: number, numbers: number[]][] = [
    [40, 3, 2, [10, 20, 40]],
    [2_000, 5, 2, [125, 250, 500, 1_000, 2_000]],
    [25_000, 9, 2, [98, 195, 391, 781, 1_563, 3_125, 6_250, 12_500, 25_000]],
    [100, 3, 10, [1, 10, 100]],
    [100, 1, 2, [100]],
    [3, 3, 2, [1, 2, 3]],
    [2, 5, 2, [1, 2]],
    [1, 5, 2, [1]],
  ];
  for (const [clients, steps, growth, numbers] of table) {
    test(`up to ${clients} in ${steps} steps, each ${growth} times the one before`, () => {
      assert.deepEqual(geometricSteps({ clients, steps, growth, bracketShare: 0.1 }), numbers);
    });
  }

  test('are increasing integers that end in the target, each about `growth` times the one before', () => {
    fc.assert(
      fc.property(ramps, (ramp) => {
        const numbers = geometricSteps(ramp);
        assert.equal(numbers.at(-1), ramp.clients);
        assert.ok(numbers.length >= 1 && numbers.length <= ramp.steps);
        for (const [index, number] of numbers.entries()) {
          assert.ok(Number.isSafeInteger(number) && number >= 1, String(numbers));
          const before = numbers[index - 1];
          if (before === undefined) continue;
          assert.ok(number > before, String(numbers));
          // Rounding moves each by at most a half; steps below 1 all become 1.
          const isAbout = Math.abs(number - before * ramp.growth) <= 0.5 + 0.5 * ramp.growth;
          assert.ok(isAbout || before === 1, String(numbers));
        }
      }),
    );
  });
});

describe('the next number between a bracket', () => {
  const table: [passed: number, failed: number | undefined, next: number | undefined, why: string][] = [
    [1_000, undefined, undefined, 'nothing failed'],
    [0, undefined, undefined, 'nothing was tried'],
    [0, 40, 20, 'nothing passed yet, so a step down'],
    [0, 3, 2, 'a step down, rounded'],
    [0, 2, 1, 'one client is the minimum'],
    [0, 1, undefined, 'one client failed'],
    [10, 20, 14, 'the geometric mean'],
    [100, 126, 112, 'just too wide'],
    [100, 125, undefined, 'just narrow enough'],
    [1_842, 1_985, undefined, 'narrow enough'],
    [7, 8, undefined, 'nothing lies between'],
    [1, 3, 2, 'one lies between'],
  ];
  for (const [passed, failed, next, why] of table) {
    test(`with ${passed} held and ${failed} not is ${next}: ${why}`, () => {
      const ramp = { clients: 2_000, steps: 5, growth: 2, bracketShare: 0.25 };
      assert.equal(nextBetween({ passed, failed }, ramp), next);
    });
  }

  test('is an integer strictly between the two', () => {
    fc.assert(
      fc.property(brackets, ramps, (bracket, ramp) => {
        const next = nextBetween(bracket, ramp);
        if (next === undefined) return;
        assert.ok(Number.isSafeInteger(next) && next > bracket.passed && next < bracket.failed, String(next));
      }),
    );
  });

  test('leads to every threshold in logarithmically many tries, and then the bracket is narrow', () => {
    fc.assert(
      fc.property(brackets, ramps, fc.nat(), (start, ramp, number) => {
        const threshold = start.passed + (number % (start.failed - start.passed));
        const bracket = bisect(start, ramp, threshold);
        assert.ok(bracket.passed <= threshold && threshold < bracket.failed, JSON.stringify(bracket));
        const isNarrow = bracket.failed <= bracket.passed * (1 + ramp.bracketShare);
        assert.ok(isNarrow || bracket.failed - bracket.passed === 1, JSON.stringify(bracket));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Bisects as the search does, against a server that holds exactly `threshold` clients. */
function bisect(start: { passed: number; failed: number }, ramp: Ramp, threshold: number) {
  let bracket = start;
  for (let tries = 0; ; tries += 1) {
    const next = nextBetween(bracket, ramp);
    if (next === undefined) return bracket;
    assert.ok(tries < mostTries(start.failed, ramp), `no end after ${tries} tries, at ${JSON.stringify(bracket)}`);
    bracket = next <= threshold ? { ...bracket, passed: next } : { ...bracket, failed: next };
  }
}

/** An upper bound of the tries: steps down to one client, then bisections of the remaining ratio. */
function mostTries(failed: number, { growth, bracketShare }: Ramp): number {
  const down = (1.5 * Math.log(failed)) / Math.log(growth);
  const halvings = Math.max(0, Math.log2(Math.log(failed + 1) / Math.log(1 + bracketShare)));
  return Math.ceil(down + halvings) + 3;
}
