import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { phaseNames, profileNames } from '../plan/names.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { expectedMilliseconds } from './expect.ts';

const minute = 60_000;

describe('expected time of a phase', () => {
  test('is finite and above 0 for every plan', () => {
    const text = (most: number) => fc.option(fc.integer({ min: 1, max: most }).map(String), { nil: undefined });
    const any = fc.record({
      profile: fc.constantFrom(...profileNames),
      clients: text(1_000_000),
      memoryClients: text(30_000),
      bracket: fc.constantFrom('0.001', '0.1', '1'),
      limitS: text(86_400),
      rate: fc.option(fc.array(fc.constantFrom('0.1', '50', '100000')), { nil: undefined }),
    });
    fc.assert(
      fc.property(any, fc.constantFrom(...phaseNames), (overrides, phase) => {
        const milliseconds = expectedMilliseconds(resolveConfig(overrides, true), phase);
        assert.ok(Number.isFinite(milliseconds) && milliseconds > 0, String(milliseconds));
      }),
    );
  });

  test('grows with the clients it connects and the windows it holds', () => {
    const quick = resolveConfig({ profile: 'quick' }, true);
    const of = (changed: Partial<typeof quick>, phase: (typeof phaseNames)[number]) =>
      expectedMilliseconds({ ...quick, ...changed }, phase) - expectedMilliseconds(quick, phase);
    assert.equal(of({ memory: { ...quick.memory, windowMilliseconds: 18_000 } }, 'memory'), 10_000);
    assert.equal(of({ https: { ...quick.https, durationMilliseconds: 5_000 } }, 'https'), 3_000);
    assert.ok(of({ ramp: { ...quick.ramp, clients: 20_000, limitMilliseconds: 1e9 } }, 'connected') > minute / 2);
    assert.ok(of({ arrivals: { ...quick.arrivals, ratesPerSecond: [50] } }, 'arrivals') < 0);
    const { limitMilliseconds } = quick.ramp;
    assert.equal(
      expectedMilliseconds({ ...quick, ramp: { ...quick.ramp, clients: 1_000_000 } }, 'sending'),
      limitMilliseconds,
    );
  });

  test('matches what the phases of results/reference took: 25,000 clients, bracket 20 %', () => {
    const { ramp, ...rest } = resolveConfig({ profile: 'quick', clients: '25000', bracket: '0.2' }, true);
    const config = { ...rest, ramp: { ...ramp, limitMilliseconds: 200_000 } };
    const seconds = { calibration: 34, memory: 18, connected: 130, sending: 202, arrivals: 18, https: 13 };
    for (const phase of phaseNames) {
      if (phase === 'build') continue;
      const ratio = expectedMilliseconds(config, phase) / 1_000 / seconds[phase];
      assert.ok(ratio > 0.6 && ratio < 1.6, `${phase}: ${ratio}`);
    }
  });
});
