import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Summary } from '../summary/summary.ts';
import { machine } from '../testing/samples.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { caveats } from './caveats.ts';

const { summary } = summarizedRun('a', { profile: 'quick', trials: '4', only: 'memory' });
/** A run without caveats. */
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
  test('are none for a run without them', () => assert.deepEqual(of({}), []));

  const stall = { stallMilliseconds: 2, correctedMaxMilliseconds: 1, uncorrectedP50Milliseconds: 1, isMet: false };
  const table: [what: string, found: () => string[], sentence: RegExp][] = [
    ['one machine', () => of({ isSameMachine: true }), /^Servers and fleet on the same machine/],
    ['one trial', () => withConfig({ trials: 1 }), /^One trial: /],
    ['three trials', () => withConfig({ trials: 3 }), /^Only three trials: a verdict needs four/],
    ['the profile smoke', () => withConfig({ profile: 'smoke' }), /its figures mean nothing\.$/],
    ['a run that was interrupted', () => of({ outcome: 'interrupted' }), /did not complete \(interrupted\)/],
    [
      'a virtual machine',
      () => withServer({ isVirtual: true, boardModel: 'Pi' }),
      /virtual machine that calls itself Pi: /,
    ],
    ['swap', () => withServer({ swapTotalBytes: 1e9 }), /^Swap was on/],
    [
      'throttling',
      () => of({ conditions: { ...clean.conditions, throttleBits: [0, 0x50000] } }),
      /^The board reported throttling: 0x50000 \(under-voltage since boot/,
    ],
    [
      'servers built elsewhere',
      () => withConfig({ phases: ['build'] }),
      /^The servers were compiled on the fleet's machine/,
    ],
    ['void trials', () => of({ audit: { trials: 8, void: 2, checks: 9 } }), /^2 of 8 trials were void/],
    ['no audit', () => of({ audit: { trials: 8, void: 0, checks: 0 } }), /^Neither audited nor calibrated/],
    [
      'a fleet that misses a stall',
      () => of({ calibration: { fleet: { absent: '' }, stall } }),
      /, and the fleet saw less than the whole stop/,
    ],
    [
      'changes',
      () => of({ environment: { ...clean.environment, modified: true } }),
      /^The suite had uncommitted changes/,
    ],
    ['warnings', () => of({ warnings: ['a', 'b'] }), /^The run gave two warnings/],
  ];
  for (const [what, found, sentence] of table) {
    test(`name ${what} and nothing else`, () => {
      const lines = found();
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', sentence);
    });
  }

  test('name a missing calibration only if there are trials to audit', () => {
    const { calibration: _, ...without } = clean;
    const lines = caveats({ label: 'a', summary: without });
    assert.deepEqual(lines, ['Not calibrated: the run left that phase out.']);
    assert.deepEqual(caveats({ label: 'a', summary: { ...without, audit: { trials: 0, void: 0, checks: 0 } } }), []);
  });

  test('name searches that are lower bounds, and those with a wide bracket', () => {
    const searched = summarizedRun('a', { profile: 'quick', trials: '4', only: 'connected,sending' }).summary;
    const { contenders } = searched;
    assert.ok(contenders.async !== undefined);
    const { maxClientsConnected } = contenders.async;
    const wide = { ...contenders.async, maxClientsConnected: { ...maxClientsConnected, isNarrow: false } };
    const lines = of({ config: searched.config, contenders: { ...contenders, async: wide } });
    assert.deepEqual(lines, [
      'Max clients at one message a second: the figure for blocking is a lower bound. Something other than the server ended all of its four searches (target reached).',
      'Max clients at one message a second: the figure for async is a lower bound. Something other than the server ended all of its four searches (target reached).',
      'Max clients connected: a search of async ended early, with the clients held and the clients not held more than 10 % apart.',
    ]);
  });
});
