import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../summary/summary.ts';
import { endEntry, runEntry } from '../../testing/runs.ts';
import { environment, machine, roomyLimits } from '../../testing/samples.ts';
import { differences } from './differences.ts';

const limits = (kernel: string) => {
  const both = { server: { ...machine, kernel }, fleet: machine };
  return { type: 'limits' as const, server: roomyLimits, fleet: roomyLimits, machines: both };
};

test('two runs of the same plan, machine and software have no differences', () => {
  const [first, second] = ['1', '2'].map((seed) => summarize([runEntry({ seed }), limits('6.6'), endEntry()]));
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(differences(first, second), [], 'the seed may differ');
});

test('each difference is named by its path, with both values', () => {
  const first = summarize([runEntry({ trials: '4' }), limits('6.6'), endEntry()]);
  const host = { ...runEntry().host, fleet: ['pi@a'] };
  const other = { ...runEntry({ trials: '5' }), environment: { ...environment, commit: 'ffff' }, host };
  const second = summarize([other, limits('6.12'), endEntry()]);
  assert.deepEqual(differences(first, second), [
    'config.buildRuns: 4, then 5',
    'config.trials: 4, then 5',
    'environment.commit: "0123456789ab", then "ffff"',
    'furtherFleet.0: absent, then "pi@a"',
    'machines.server.kernel: "6.6", then "6.12"',
  ]);
});
