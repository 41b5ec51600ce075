import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ofType, trialEntries } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { isMeasured } from '../../stats/figure.ts';
import { type Summary, summarySchema } from '../../summary/summary.ts';
import { markedProcesses, until } from '../../testing/processes.ts';
import { assertAllGoSoon, assertNothingLeft, type BenchProcess, startBench } from '../../testing/run-bench.ts';

const small = ['compare', '--profile', 'smoke', '--contenders', 'async'] as const;

async function summaryOf(bench: BenchProcess): Promise<Summary> {
  return summarySchema.parse(JSON.parse(await readFile(join(await bench.runFolder(), 'summary.json'), 'utf8')));
}

/** Asserts exit code, record, table and summary of an interrupted run. */
async function assertInterrupted(bench: BenchProcess): Promise<Summary> {
  assert.equal(await bench.ended, 130, bench.stderr.join('\n'));
  assertNothingLeft(bench);
  const folder = await bench.runFolder();
  const last = (await readRecord(folder)).at(-1);
  assert.ok(last?.type === 'end' && last.outcome === 'interrupted', JSON.stringify(last));
  assert.ok(
    bench.stdout.some((line) => line.startsWith('│ Compile time')),
    'the table is printed',
  );
  assert.ok(bench.stdout.includes(`Record, tables, charts and page: ${folder}`));
  assert.ok(bench.stdout.join(' ').includes('This run did not complete (interrupted)'));
  assert.ok(existsSync(join(folder, 'table.md')));
  return summaryOf(bench);
}

/** The pid of a process that this run has started, by its command: the agent, the fleet, a server. */
function processOf(bench: BenchProcess, kind: RegExp): number | undefined {
  return markedProcesses(bench.mark).find(({ command }) => kind.test(command))?.pid;
}
const agent = /servers\/agent\/main\.ts$/;
const fleet = /clients\/main\.ts$/;
const server = /\.build\/\d+\/async\/server\.js /;

describe('a run that is interrupted', { concurrency: 2 }, () => {
  test('by Ctrl-C while building, ends in order', async () => {
    await using bench = await startBench(...small);
    await until('a build', () => processOf(bench, /bin\/tsc|bin\/esbuild/));
    bench.signalGroup('SIGINT');
    const { contenders } = await assertInterrupted(bench);
    assert.deepEqual(contenders.async?.rssBytes, { absent: 'no memory trial was finished' });
  });

  test('by Ctrl-C in a search, keeps earlier figures and has no result for that search', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/async: 10 of 10 clients/);
    bench.signalGroup('SIGINT');
    const { contenders } = await assertInterrupted(bench);
    assert.ok(contenders.async !== undefined && isMeasured(contenders.async.rssBytes));
    assert.deepEqual(contenders.async.maxClientsConnected.clients, { absent: 'no search was finished' });
    assert.deepEqual(contenders.async.maxClientsConnected.stops, []);
  });

  test('by SIGTERM in a memory trial, stops server and fleet in order', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/trial 1 of 5: memory/);
    await until('server and fleet', () => processOf(bench, server) && processOf(bench, fleet));
    bench.process.kill('SIGTERM');
    await assertInterrupted(bench);
    const entries = await readRecord(await bench.runFolder());
    const ends = ofType(trialEntries(entries, 'memory-1-async'), 'server').flatMap(({ line }) =>
      line.type === 'end' ? [line] : [],
    );
    assert.deepEqual(
      ends.map(({ exitCode }) => exitCode),
      [0],
    );
  });
});

describe('a run with a killed process', { concurrency: 2 }, () => {
  test('ends all its processes when the harness is killed', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/async: 10 of 10 clients/);
    for (const kind of [agent, fleet, server]) assert.ok(processOf(bench, kind) !== undefined, String(kind));
    bench.process.kill('SIGKILL');
    await bench.ended;
    await assertAllGoSoon(bench);
  });

  test('continues when a server or an agent is killed, and reports it in record and table', async () => {
    await using bench = await startBench(...small, '--only', 'connected,sending');
    await bench.progress(/trial 1 of 2: connected/);
    await bench.progress(/async: 10 of 10 clients/);
    process.kill(processOf(bench, server) ?? 0, 'SIGKILL');
    await bench.progress(/trial 2 of 2: sending/);
    await bench.progress(/async: 10 of 10 clients, p99/);
    process.kill(processOf(bench, agent) ?? 0, 'SIGKILL');
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    assertNothingLeft(bench);

    const { outcome, contenders, warnings } = await summaryOf(bench);
    assert.equal(outcome, 'complete');
    assert.ok(contenders.async !== undefined);
    const { maxClientsConnected, maxClientsSending } = contenders.async;
    assert.deepEqual(
      maxClientsConnected.stops.map(({ cause }) => cause),
      ['server killed'],
    );
    assert.equal(maxClientsConnected.isLowerBound, false);
    assert.ok(isMeasured(maxClientsConnected.clients) && maxClientsConnected.clients.median >= 10);
    assert.ok(bench.stdout.join(' ').includes('server killed: by SIGKILL'));
    // Without its agent the server's search has no result.
    assert.ok(!isMeasured(maxClientsSending.clients));
    assert.match(maxClientsSending.clients.absent, /^the async server's agent ended/);
    assert.match(warnings.join('\n'), /^sending-1-async\/\d+: the async server's agent ended/m);
  });
});
