import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Environment } from '../record/environment.ts';
import { summarize } from '../summary/summary.ts';
import { runEntry } from '../testing/runs.ts';
import { environment } from '../testing/samples.ts';
import { labelsOf } from './labels.ts';

function runOf(folder: string, differs: Partial<Environment> = {}, profile = 'quick') {
  return { folder, summary: summarize([{ ...runEntry({ profile }), environment: { ...environment, ...differs } }]) };
}

function elsewhere(run: ReturnType<typeof runOf>) {
  return { ...run, summary: { ...run.summary, isSameMachine: false } };
}

const pi = { boardModel: 'Raspberry Pi 4 Model B Rev 1.4' };
const cases: [what: string, runs: ReturnType<typeof runOf>[], labels: string[]][] = [
  ['a run alone by its folder', [runOf('a')], ['a']],
  ['boards by their names', [runOf('a', pi), runOf('b')], ['Raspberry Pi 4 B', 'Cortex-A72']],
  [
    'boards alone even when more differs',
    [runOf('a', { ...pi, node: '24.1.0' }), runOf('b', { cpuModel: 'Intel(R) Xeon(R) CPU @ 2.90GHz' })],
    ['Raspberry Pi 4 B', 'Intel Xeon'],
  ],
  ['versions of Node', [runOf('a'), runOf('b', { node: '24.1.0' })], ['Node 26.10.0', 'Node 24.1.0']],
  [
    'board and version only where both are needed',
    [runOf('a', pi), runOf('b', { ...pi, node: '24.1.0' }), runOf('c')],
    ['Raspberry Pi 4 B · Node 26.10.0', 'Raspberry Pi 4 B · Node 24.1.0', 'Cortex-A72'],
  ],
  [
    'the same twice by the folders',
    [runOf('a', pi), runOf('b', pi), runOf('c')],
    ['Raspberry Pi 4 B (a)', 'Raspberry Pi 4 B (b)', 'Cortex-A72'],
  ],
  ['folders of one name by their place in the order', [runOf('a'), runOf('a'), runOf('b')], ['a #1', 'a #2', 'b']],
  [
    'servers elsewhere not by the machine of the harness',
    [elsewhere(runOf('a', pi)), runOf('b', pi)],
    ['a', 'Raspberry Pi 4 B'],
  ],
  ['profiles', [runOf('a', {}, 'quick'), runOf('b', {}, 'full')], ['quick', 'full']],
];

describe('labels of runs', () => {
  for (const [what, runs, labels] of cases) {
    test(what, () => assert.deepEqual(labelsOf(runs), labels));
  }
});
