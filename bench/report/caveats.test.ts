import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Summary } from '../summary/summary.ts';
import { machine } from '../testing/samples.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { caveats } from './caveats.ts';

const { summary } = summarizedRun('a', { profile: 'quick', trials: '4', only: 'memory' });
/** Nothing to say of it. */
const clean: Summary = {
  ...summary,
  isSameMachine: false,
  environment: { ...summary.environment, modified: false },
  audit: { trials: 8, void: 0, checks: 9 },
  calibration: { fleet: { messagesPerSecond: 1 }, stall: { absent: 'it was not tried' } },
};
const of = (changes: Partial<Summary>) => caveats({ label: 'a', summary: { ...clean, ...changes } });
const withConfig = (changes: Partial<Summary['config']>) => of({ config: { ...clean.config, ...changes } });
const withServer = (changes: Partial<typeof machine>) =>
  of({ machines: { server: { ...machine, ...changes }, fleet: machine } });

describe('caveats', () => {
  test('are none where there is nothing to say', () => assert.deepEqual(of({}), []));

  const stall = { stallMilliseconds: 2, correctedMaxMilliseconds: 1, uncorrectedP50Milliseconds: 1, isMet: false };
  const table: [what: string, found: () => string[], sentence: RegExp][] = [
    ['one machine', () => of({ isSameMachine: true }), /^Servers and fleet on the same machine/],
    ['one trial', () => withConfig({ trials: 1 }), /^One trial: /],
    ['three trials', () => withConfig({ trials: 3 }), /^Only three trials: a verdict takes four/],
    ['the profile smoke', () => withConfig({ profile: 'smoke' }), /its figures mean nothing\.$/],
    ['a run that was interrupted', () => of({ outcome: 'interrupted' }), /did not end in order \(interrupted\)/],
    ['a virtual machine', () => withServer({ isVirtual: true, boardModel: 'Pi' }), /virtual machine, .* \(Pi\)/],
    ['swap', () => withServer({ swapTotalBytes: 1e9 }), /^Swap was on/],
    [
      'throttling',
      () => of({ conditions: { ...clean.conditions, throttleBits: [0, 0x50000] } }),
      /^The board was throttled, or had been: 0x50000 \(under-voltage since boot/,
    ],
    ['servers built elsewhere', () => withConfig({ phases: ['build'] }), /^The compile time is that of the fleet/],
    ['void trials', () => of({ audit: { trials: 8, void: 2, checks: 9 } }), /^2 of 8 trials were void/],
    ['no audit', () => of({ audit: { trials: 8, void: 0, checks: 0 } }), /^Neither audited nor calibrated/],
    [
      'a fleet that misses a stall',
      () => of({ calibration: { fleet: { absent: '' }, stall } }),
      /^The fleet did not see/,
    ],
    ['changes', () => of({ environment: { ...clean.environment, modified: true } }), /in no commit/],
    ['warnings', () => of({ warnings: ['a', 'b'] }), /^The run gave two warnings/],
  ];
  for (const [what, found, sentence] of table) {
    test(`tell of ${what}, and of nothing else`, () => {
      const lines = found();
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', sentence);
    });
  }

  test('are not made of what was not calibrated by a plan that has no trials to audit', () => {
    const { calibration: _, ...without } = clean;
    const lines = caveats({ label: 'a', summary: without });
    assert.deepEqual(lines, ['Not calibrated: that was left out.']);
    assert.deepEqual(caveats({ label: 'a', summary: { ...without, audit: { trials: 0, void: 0, checks: 0 } } }), []);
  });

  test('tell which searches are lower bounds, and which were left wide', () => {
    const searched = summarizedRun('a', { profile: 'quick', trials: '4', only: 'connected,sending' }).summary;
    const { contenders } = searched;
    assert.ok(contenders.async !== undefined);
    const { maxClientsConnected } = contenders.async;
    const wide = { ...contenders.async, maxClientsConnected: { ...maxClientsConnected, isNarrow: false } };
    const lines = of({ config: searched.config, contenders: { ...contenders, async: wide } });
    assert.deepEqual(lines, [
      'Max clients at one message a second: what was found of blocking is a lower bound. Of its four searches, four ended by something else than the server (target reached).',
      'Max clients at one message a second: what was found of async is a lower bound. Of its four searches, four ended by something else than the server (target reached).',
      'Max clients connected: a search of async ended before the clients held and not held were within 10 % of each other.',
    ]);
  });
});
