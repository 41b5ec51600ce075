import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../record.ts';
import { summarize } from '../summary.ts';
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
  test('says what was audited, and what was void', () => {
    assert.equal(lineOf(linesOf(ended(true, true)), /^Audit/), 'Audit: 1 trial, 2 checks met; none was void.');
    const lines = linesOf(ended(true), ended(true, false));
    assert.equal(lineOf(lines, /^Audit/), 'Audit: 2 trials, 2 checks met; 1 void, and not counted.');
  });

  test('says how good the fleet is, or that nobody knows', () => {
    assert.ok(linesOf(ended(true)).includes('Not calibrated: that was left out.'));
    const stall = { stallMilliseconds: 1_088.2, correctedMaxMilliseconds: 1_079, uncorrectedP50Milliseconds: 0.6 };
    const calibration: Entry = {
      type: 'calibration',
      fleet: { messagesPerSecond: 38_491, limitedBy: 'late' },
      stall: { ...stall, isMet: true },
    };
    assert.equal(
      lineOf(linesOf(ended(true), calibration), /^Calibration/),
      'Calibration: a fleet process can send 38,491 messages a second to a server that discards them; a server stopped for 1088 ms showed as 1079 ms in the corrected maximum and 0.6 ms in the uncorrected median.',
    );
  });

  test('says of an older record that it had neither', () => {
    const lines = linesOf(ended());
    assert.ok(lines.includes('Neither audited nor calibrated: the release that made this record did neither.'));
    assert.equal(lineOf(lines, /^(Audit|Calibration|Not calibrated)/), undefined);
  });

  test('says what both machines are, what they allow, and what changed while they measured', () => {
    const fleet = { ...machine, cpuModel: 'EPYC', architecture: 'x64' };
    const limits: Entry = {
      type: 'limits',
      server: roomyLimits,
      fleet: roomyLimits,
      machines: { server: { ...machine, boardModel: 'Raspberry Pi 4 Model B' }, fleet },
    };
    const sample = (at: number, temperatureCelsius: number): Entry => ({
      type: 'server',
      trial: trial.trial,
      line: agentSample(at, {}, { temperatureCelsius, clockHertz: 1.5e9, governor: 'performance', throttleBits: 0 }),
    });
    const { host: _, ...begin } = runEntry();
    const elsewhere: Entry = { ...begin, host: { address: '10.0.0.2', isSameMachine: false } };
    const entries = [elsewhere, limits, trial, sample(0, 50), sample(1_000, 61), sample(2_000, 55), endEntry()];
    const lines = provenance(summarize(entries));
    assert.match(
      lineOf(lines, /^Servers: /) ?? '',
      /^Servers: Raspberry Pi 4 Model B, 4 cores, 8\.0 GB, pages of 4 KiB; .* arm64, glibc 2\.36\.$/,
    );
    assert.match(lineOf(lines, /^Fleet: /) ?? '', /^Fleet: EPYC, .* x64/);
    assert.match(lineOf(lines, /^Limits/) ?? '', /descriptors \d+, .*ip_local_port_range \d+ to \d+ \(fleet\)\.$/);
    assert.equal(
      lineOf(lines, /°C/),
      "Servers' machine: 50.0 °C before, 55.0 °C after, 61.0 °C at most; clock 1.50 GHz to 1.50 GHz; governor performance; throttle bits 0x0.",
    );
    assert.match(lineOf(lines, /^Watching/) ?? '', /took 0\.50 % of a core/);
  });
});
