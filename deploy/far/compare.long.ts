import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { agentName } from '../../bench/host/agent-host.ts';
import { ofType } from '../../bench/record/entries.ts';
import { readRecord } from '../../bench/record/file.ts';
import { finishedTrials } from '../../bench/run/resume.ts';
import { until } from '../../bench/testing/processes.ts';
import {
  assertAllGoSoon,
  assertNothingLeft,
  type BenchProcess,
  runBench,
  startBench,
} from '../../bench/testing/run-bench.ts';
import {
  assertComplete,
  assertNothingThere,
  linesKept,
  linesOf,
  processesOf,
  rawRecord,
  trialsIn,
} from '../testing/far-bench.ts';
import { noSshd, startSshd, type TestSshd } from '../testing/sshd.ts';

const small = [
  ...['compare', '--profile', 'smoke', '--contenders', 'async', '--only', 'memory,connected'],
  // The machine of a test may be busy, so that the fleet is late.
  ...['--max-lateness', '1', '--max-fleet-busy', '1'],
] as const;

/** Runs the command line, with servers behind an sshd that the test starts. */
describe('a run with servers on another machine', { skip: noSshd, concurrency: 2 }, () => {
  const tmp = process.env.TMPDIR;
  let folder: string;
  before(() => {
    // Temporary files of a killed harness are removed with this folder.
    folder = mkdtempSync(join(tmpdir(), 'pwb-test-'));
    process.env.TMPDIR = folder;
  });
  after(() => {
    if (tmp === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = tmp;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs tests one after the other on one machine, so that the release is deployed once. */
  function onMachine(title: string, body: (target: () => { sshd: TestSshd; words: string[] }) => void): void {
    describe(title, { concurrency: 1 }, () => {
      let sshd: TestSshd;
      let words: string[];
      before(async () => {
        // Without root and sudo, servers run as processes of the user on every machine that runs this test.
        const programs = { id: 'case $1 in -u) echo 1000;; *) $real "$@";; esac', sudo: 'exit 1' };
        sshd = await startSshd({ programs });
        words = ['--target', 'target', '--ssh-config', sshd.config()];
      });
      after(() => sshd[Symbol.asyncDispose]());
      body(() => ({ sshd, words }));
    });
  }

  onMachine('that is not cut off', (target) => {
    test('ends in order, and only leaves files that the next run needs', async () => {
      const { sshd, words } = target();
      await using bench = await startBench(...small, ...words);
      assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
      assertNothingLeft(bench);
      await assertNothingThere(sshd);
      assert.match(bench.stdout.join('\n'), /^Fleet on another machine \(link speed unknown\)\.$/m);
      const directory = await bench.runFolder();
      const { isSameMachine, machines } = await assertComplete(directory);
      assert.equal(isSameMachine, false);
      assert.equal(machines?.server.kernel, machines?.fleet.kernel);
      const [run] = ofType(await readRecord(directory), 'run');
      assert.deepEqual(run?.host, { address: '127.0.0.1', isSameMachine: false });
    });

    test('locks the machine, and leaves no process there after Ctrl-C', async () => {
      const { sshd, words } = target();
      await using bench = await startBench(...small, '--trials', '9', ...words);
      await bench.progress(/trial 1 of 18/);
      const second = await runBench(...small, ...words);
      assert.equal(second.exitCode, 1);
      assert.match(
        second.stderr.join('\n'),
        /warning: another run is at work on target \(.*\): wait for its end; what/,
      );
      const directory = await bench.runFolder();
      const begun = ofType(await readRecord(directory), 'trial').length;
      await until('the first goes on', () => trialsIn(directory) > begun);
      bench.signalGroup('SIGINT');
      assert.equal(await bench.ended, 130, bench.stderr.join('\n'));
      assertNothingLeft(bench);
      await assertNothingThere(sshd);
      const entries = await readRecord(directory);
      const ends = ofType(entries, 'trialEnd').map(({ outcome }) => outcome);
      assert.deepEqual(new Set(ends), new Set(['complete']));
      assert.ok(finishedTrials(entries).size > 0);
    });

    test('has a part of its fleet there too, and warns that it cannot limit memory', async () => {
      const { sshd, words } = target();
      const only = ['--only', 'memory', '--fleet', 'fleet', '--server-memory-mb', '1024'];
      await using bench = await startBench(...small, ...only, ...words);
      assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
      await assertNothingThere(sshd);
      const entries = await readRecord(await bench.runFolder());
      const [run] = ofType(entries, 'run');
      assert.deepEqual([run?.host.fleet, run?.config.serverMemoryBytes], [['fleet'], 2 ** 30]);
      assert.deepEqual(new Set(ofType(entries, 'fleet').map((entry) => entry.process)), new Set([0, 1]));
      assert.deepEqual(
        ofType(entries, 'clock').map(({ place, process }) => [place, process]),
        [['fleet', 1]],
      );
      assert.match(bench.stdout.join('\n'), /^Fleet on 2 other machines \(the harness's, fleet\)/m);
      const warnings = ofType(entries, 'warning').map(({ message }) => message);
      assert.match(warnings.join('\n'), /^--server-memory-mb limits nothing on target: a limit needs systemd, /m);
    });

    test('times its builds there, and measures the sizes of bundles here', async () => {
      const { sshd, words } = target();
      await using bench = await startBench(...small, '--only', 'build', '--compile-on-target', ...words);
      assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
      assertNothingLeft(bench);
      await assertNothingThere(sshd);
      assert.match(bench.stderr.join('\n'), /built async on the target, 1 times each$/m);
      const entries = await readRecord(await bench.runFolder());
      const kinds = entries.flatMap(({ type }) => (/^(build|bundle|executable|limits)$/.test(type) ? [type] : []));
      // Sizes are measured before the deploy, build times after it.
      assert.deepEqual(kinds, ['bundle', 'executable', 'limits', 'build']);
      const table = await readFile(join(await bench.runFolder(), 'table.md'), 'utf8');
      assert.match(table, /^- Compile time: .*, built on the servers' machine\.$/m);
      assert.match(table, /^- Single executable: .*, built on the fleet's machine\.$/m);
    });
  });

  onMachine('that is cut off', (target) => {
    /** Starts a run, and waits until it has received some lines of its second trial. */
    async function startSecondTrial(): Promise<BenchProcess> {
      const bench = await startBench(...small, ...target().words);
      await bench.progress(/trial 2 of 2: connected/);
      await bench.progress(/async: 10 of 10 clients/);
      return bench;
    }

    /** Verifies that agent and server continue without the harness, and that a resumed run fetches their lines. */
    async function resume(bench: BenchProcess): Promise<void> {
      const { sshd, words } = target();
      const directory = await bench.runFolder();
      const before = await rawRecord(directory);
      assert.deepEqual(finishedTrials(before), new Set(['memory-1-async']));
      const trial = ofType(before, 'trial').at(-1)?.trial ?? '';
      const arrived = ofType(before, 'server').filter((entry) => entry.trial === trial).length;
      const kept = () => linesKept(sshd).get(agentName(trial)) ?? [];
      await until('agent and server go on', () => kept().length > arrived + 1);
      assert.ok(kept().every(({ type }) => type !== 'end'));
      for (const kind of [/agent\.mjs serve /, /async\/server\.js /]) {
        assert.equal(processesOf(sshd).filter((command) => kind.test(command)).length, 1, String(kind));
      }
      const seen = kept();

      const { exitCode, stderr } = await runBench('compare', '--resume', directory, ...words);
      assert.equal(exitCode, 0, stderr.join('\n'));
      await assertNothingThere(sshd);
      const entries = await rawRecord(directory);
      const { received, fetched } = linesOf(entries, trial);
      assert.equal(received.length, arrived);
      const all = [...received, ...fetched];
      assert.deepEqual(all.slice(0, seen.length), seen);
      assert.deepEqual(
        all.flatMap((line, index) => (line.type === 'end' ? [index] : [])),
        [all.length - 1],
      );
      const { warnings } = await assertComplete(directory);
      assert.deepEqual(
        warnings.filter((warning) => /broke off|connection/.test(warning)),
        [],
      );
      assert.deepEqual(ofType(await readRecord(directory), 'trialEnd')[0], ofType(before, 'trialEnd')[0]);
      assert.doesNotMatch(await readFile(join(directory, 'table.md'), 'utf8'), /did not complete/);
    }

    test('by a lost connection says what to do, and is resumed', async () => {
      await using bench = await startSecondTrial();
      target().sshd.cut();
      assert.equal(await bench.ended, 1, bench.stderr.join('\n'));
      assertNothingLeft(bench);
      const lost =
        /the connection to target broke off \(.*\): continue with --resume when the machine can be reached again/;
      const begin = bench.stderr.findIndex((line) => line.includes('trial 1 of 2'));
      const warnings = bench.stderr.slice(begin).filter((line) => line.includes('warning: '));
      assert.equal(warnings.length, 1, warnings.join('\n'));
      assert.match(warnings[0] ?? '', lost);
      const end = (await readRecord(await bench.runFolder())).at(-1);
      assert.ok(end?.type === 'end' && end.outcome === 'failed', JSON.stringify(end));
      assert.match(end.message ?? '', lost);
      await resume(bench);
    });

    test('by a kill of the harness is resumed', async () => {
      await using bench = await startSecondTrial();
      bench.process.kill('SIGKILL');
      await bench.ended;
      await assertAllGoSoon(bench);
      await resume(bench);
    });
  });
});
