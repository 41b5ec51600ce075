import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Machine } from '../../servers/contract/machine.ts';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { endEntry, runEntry, trialEntry } from '../testing/runs.ts';
import { agentSample, machine, roomyLimits } from '../testing/samples.ts';
import { provenance } from './provenance.ts';

const trial = trialEntry('memory', 'async');
const check = { name: 'cipher', found: 'x', asked: 'x' };
const ended = (...met: boolean[]): Entry => ({
  type: 'trialEnd',
  trial: trial.trial,
  outcome: met.every(Boolean) ? 'complete' : 'void',
  audit: met.map((isMet) => ({ ...check, isMet })),
});
const linesOf = (...entries: Entry[]) => provenance(summarize([runEntry(), trial, ...entries, endEntry()]));
const lineOf = (lines: string[], pattern: RegExp) => lines.find((line) => pattern.test(line));

describe('what stands below a table', () => {
  test('says what was audited, and how much was void', () => {
    assert.equal(lineOf(linesOf(ended(true, true)), /^Audit/), 'Audit: 1 trial, 2 checks met; no trial was void.');
    const lines = linesOf(ended(true), ended(true, false));
    assert.equal(lineOf(lines, /^Audit/), 'Audit: 2 trials, 2 checks met; 1 void and not counted.');
  });

  test('says how well the fleet measures, or that it was not calibrated', () => {
    assert.ok(linesOf(ended(true)).includes('Not calibrated: the run left that phase out.'));
    const stall = { stallMilliseconds: 1_088.2, correctedMaxMilliseconds: 1_079, uncorrectedP50Milliseconds: 0.6 };
    const calibration: Entry = {
      type: 'calibration',
      fleet: { messagesPerSecond: 38_491, limitedBy: 'late' },
      stall: { ...stall, isMet: true },
    };
    assert.equal(
      lineOf(linesOf(ended(true), calibration), /^Calibration/),
      'Calibration: a fleet process can send 38,491 messages a second to a server that discards them; a server that was stopped for 1088 ms showed as a latency of 1079 ms in the corrected maximum and of 0.6 ms in the uncorrected median.',
    );
  });

  test('says that an older record has neither audit nor calibration', () => {
    const lines = linesOf(ended());
    assert.ok(lines.includes('Neither audited nor calibrated: the release that made this record could do neither.'));
    assert.equal(lineOf(lines, /^(Audit|Calibration|Not calibrated)/), undefined);
  });

  test('names the seed of the order of the trials, except for an older record, whose order has none', () => {
    const drawn = (...entries: Entry[]) =>
      lineOf(provenance(summarize([runEntry({ trials: '4' }), trial, ...entries, endEntry()])), /^Profile/) ?? '';
    assert.match(drawn(ended(true)), /, 4 trials in an order drawn by seed \d+; /);
    assert.match(drawn(ended()), /, 4 trials; /);
  });

  const places: [isSameMachine: boolean, fleet: string[] | undefined, sentence: RegExp][] = [
    [true, undefined, /^Servers and fleet on the same machine, sharing its cores: /],
    [false, undefined, /^Fleet on another machine \(link speed unknown\)\.$/],
    [false, ['pi@a', 'pi@b'], /^Fleet on 3 other machines \(the harness's, pi@a, pi@b\) \(link speed unknown\)\.$/],
  ];
  for (const [isSameMachine, fleet, sentence] of places) {
    test(`says where the fleet ran: ${sentence}`, () => {
      const host = { address: '10.0.0.2', isSameMachine, ...(fleet && { fleet }) };
      const lines = provenance(summarize([{ ...runEntry(), host }, endEntry()]));
      assert.equal(lines.filter((line) => sentence.test(line)).length, 1);
      assert.equal(lines.filter((line) => /^(Servers and fleet|Fleet) on/.test(line)).length, 1);
    });
  }

  test('says what watching cost', () => {
    const sample = (at: number): Entry => ({ type: 'server', trial: trial.trial, line: agentSample(at) });
    assert.match(lineOf(linesOf(sample(0), sample(1_000)), /^Watching/) ?? '', /took 0\.50 % of a core/);
  });

  test('warns of swap, and repeats the warnings of the record', () => {
    const server = { ...machine, swapTotalBytes: 2_100_000_000 };
    const limits = (swapping: Machine): Entry => ({
      type: 'limits',
      server: roomyLimits,
      fleet: roomyLimits,
      machines: { server: swapping, fleet: machine },
    });
    const warning: Entry = { type: 'warning', message: 'it is late' };
    const swapDevices = [
      { name: '/dev/zram0', bytes: 2_000_000_000 },
      { name: '/var/swap', bytes: 100_000_000 },
    ];
    const warningsOf = (swapping: Machine) =>
      linesOf(limits(swapping), warning).filter((line) => line.startsWith('Warning: '));
    assert.deepEqual(warningsOf({ ...server, swapDevices }), [
      'Warning: swap was on (zram0 2.0 GB, /var/swap 0.1 GB): the memory figures do not include swapped pages.',
      'Warning: it is late.',
    ]);
    assert.deepEqual(
      warningsOf(server)[0],
      'Warning: swap was on (2.1 GB): the memory figures do not include swapped pages.',
      'an older record',
    );
    assert.deepEqual(warningsOf({ ...machine, swapDevices: [] }), ['Warning: it is late.']);
  });
});
