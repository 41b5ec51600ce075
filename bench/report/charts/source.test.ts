import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measuredRun } from '../../testing/pictures.ts';
import { endEntry, runEntry } from '../../testing/runs.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { sourceLine } from './source.ts';

const run = measuredRun([runEntry({ contenders: 'async' }), endEntry()], 'a run');

/** The source line of the run with some fields of its summary replaced. */
function changed(summary: Partial<MeasuredRun['summary']>): string {
  return sourceLine([{ ...run, summary: { ...run.summary, ...summary } }]);
}

describe('the source of a picture', () => {
  test('names run, machine, Node, date and commit', () => {
    const { node, commit, cpuModel } = run.summary.environment;
    const line = sourceLine([run]);
    for (const part of ['a run: ', cpuModel, `Node ${node}`, '2026-11-20', `commit ${commit}`]) {
      assert.ok(line.includes(part), `${part} in ${line}`);
    }
    assert.doesNotMatch(line, /uncommitted|not complete|virtual/);
  });

  test('mentions uncommitted changes, an incomplete run and a virtual machine', () => {
    const { environment } = run.summary;
    assert.match(changed({ environment: { ...environment, modified: true } }), /with uncommitted changes/);
    assert.match(changed({ outcome: 'interrupted' }), /not complete \(interrupted\)/);
    const server = { ...environment, boardModel: 'Raspberry Pi 4', swapTotalBytes: 0, pageBytes: 4_096 };
    const machines = { server: { ...server, isVirtual: true }, fleet: server };
    assert.match(
      changed({ machines, isSameMachine: false }),
      /Raspberry Pi 4 \(a virtual machine\).*on another machine/,
    );
  });

  test("does not name the harness's machine as that of remote servers", () => {
    const line = changed({ isSameMachine: false });
    assert.match(line, /a machine not described; fleet on another machine/);
    assert.ok(!line.includes(run.summary.environment.cpuModel));
  });

  test('has one line per run', () => assert.equal(sourceLine([run, run]).split('\n').length, 2));
});
