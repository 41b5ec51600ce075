import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PhaseName } from '../plan/names.ts';
import { planTrials } from '../plan/plan.ts';
import { defaultContenders } from '../plan/servers.ts';
import { ofType } from '../record/entries.ts';
import { readRecord } from '../record/file.ts';
import type { Entry } from '../record/record.ts';
import { renderCeilings } from '../report/ceilings.ts';
import { predictCeilings } from '../run/predict-ceilings.ts';
import { comparisonTasks } from '../run/tasks.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { type Summary, summarySchema } from '../summary/summary.ts';
import { assertNothingLeft, type BenchProcess, runBench, startBench } from '../testing/run-bench.ts';

/** Lines that the fleet must have sent in a trial of each phase; below, the entry that holds the phase's result. */
const fleetLines = {
  build: [],
  calibration: ['connected', 'window'],
  memory: ['connected', 'window'],
  connected: ['connected', 'window'],
  sending: ['connected', 'window'],
  arrivals: ['arrived'],
  https: [],
} as const satisfies Record<PhaseName, string[]>;
const foundBy = {
  build: 'build',
  calibration: undefined,
  memory: 'mark',
  connected: 'step',
  sending: 'step',
  arrivals: 'arrival',
  https: 'https',
} as const satisfies Record<PhaseName, Entry['type'] | undefined>;

/** One real run of all phases, as small as possible; each test checks another part of its results. */
describe('a comparison', () => {
  let bench: BenchProcess;
  let directory: string;
  let entries: Entry[];
  let summary: Summary;
  before(async () => {
    // Lenient limits: on a busy machine a fleet may be late and a search slow, which must not end it.
    const lenient = ['--max-lateness', '1', '--max-fleet-busy', '1', '--limit-s', '600'];
    bench = await startBench('compare', '--profile', 'smoke', ...lenient, '--json');
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    directory = dirname(bench.stdout.at(-1) ?? '');
    entries = await readRecord(directory);
    summary = summarySchema.parse(JSON.parse(await readFile(join(directory, 'summary.json'), 'utf8')));
  });
  after(() => bench[Symbol.asyncDispose]());

  test('prints the path of its summary last on stdout, in its own folder', async () => {
    assert.equal(bench.stdout.at(-1), join(await bench.runFolder(), 'summary.json'));
    assert.deepEqual(await readdir(directory), [
      'charts',
      ...['latency-async.hgrm', 'latency-blocking.hgrm', 'post.md', 'record.jsonl', 'record.jsonl.sha256'],
      ...['report.html', 'summary.json', 'table.csv', 'table.html', 'table.md'],
    ]);
    const charts = ['build', 'cost', 'latency', 'max-clients', 'ramp-memory', 'timeline-async', 'timeline-blocking'];
    assert.deepEqual(
      (await readdir(join(directory, 'charts'))).toSorted(),
      charts
        .flatMap((name) => ['', '-dark'].flatMap((theme) => [`${name}${theme}.png`, `${name}${theme}.svg`]))
        .toSorted(),
    );
  });

  test('prints the table on stdout, and on stderr only the ceilings and its progress', () => {
    for (const label of ['Compile time', 'Size (bundle)', 'Memory at 10 clients', 'Max clients connected']) {
      assert.ok(
        bench.stdout.some((line) => line.startsWith(`│ ${label}`)),
        label,
      );
    }
    const [run, limits] = [ofType(entries, 'run')[0], ofType(entries, 'limits')[0]];
    assert.ok(run !== undefined && limits !== undefined);
    const ceilings = renderCeilings(predictCeilings(summary.config, { limits, ...run.host }));
    const said = bench.stderr.join('\n');
    assert.ok(said.includes(ceilings), said);
    const progress = said.replace(ceilings, '').split('\n').filter(Boolean);
    for (const line of progress) assert.match(line, /^\[\d+:\d\d\] /);
    assert.deepEqual(
      progress.filter((line) => line.includes('warning')),
      [],
    );
    assert.ok(!said.includes('\u001b'), 'no control characters');
    for (const { title } of comparisonTasks(summary.config)) {
      const [begins, ends] = [
        new RegExp(`${title}; about \\d+ (s|min) left$`),
        new RegExp(`done: ${title}, after \\d:\\d\\d; `),
      ];
      assert.deepEqual(
        [begins, ends].map((pattern) => progress.filter((line) => pattern.test(line)).length),
        [1, 1],
        title,
      );
    }
  });

  test('measures every figure of every contender', () => {
    assert.equal(summary.outcome, 'complete');
    assert.deepEqual(Object.keys(summary.contenders), defaultContenders());
    for (const [name, contender] of Object.entries(summary.contenders)) {
      const { maxClientsConnected, maxClientsSending, tlsConnectionsHaveKnee: _, ...figures } = contender;
      const all: [string, Figure][] = Object.entries({
        ...figures,
        connected: maxClientsConnected.clients,
        sending: maxClientsSending.clients,
      });
      for (const [figure, value] of all) {
        // On a busy machine it can happen that no step with sending clients passes.
        if (figure === 'cpuMicrosecondsPerMessageInRamp' && !isMeasured(value)) continue;
        assert.ok(isMeasured(value), `${name} ${figure}: ${JSON.stringify(value)}`);
        // The CPU time above that of the idle server is a difference of two noisy figures.
        const mayBeAnything = figure === 'sending' || figure === 'cpuMicrosecondsPerMessage';
        assert.ok(value.median > 0 || mayBeAnything, `${name} ${figure}: ${value.median}`);
      }
      assert.equal(maxClientsConnected.stops.length, 1);
      assert.equal(maxClientsSending.stops.length, 1);
    }
  });

  test('measures plausible relations between figures', () => {
    const { blocking, async } = summary.contenders;
    assert.ok(blocking !== undefined && async !== undefined);
    const median = (figure: Figure) => (isMeasured(figure) ? figure.median : Number.NaN);
    assert.ok(median(blocking.threads) > summary.config.memory.clients, 'one thread per client');
    assert.ok(median(blocking.threads) > median(async.threads));
    assert.ok(median(blocking.rssBytesPerClient) > median(async.rssBytesPerClient));
    for (const contender of [blocking, async]) {
      assert.ok(median(contender.rssBytes) > median(contender.idleRssBytes));
      assert.ok(median(contender.peakRssBytes) >= median(contender.rssBytes));
      assert.ok(median(contender.bundleBrotliBytes) < median(contender.bundleBytes));
      assert.ok(median(contender.executableBytes) > 50_000_000, 'Node is inside');
      assert.ok(median(contender.latencyP50Milliseconds) <= median(contender.latencyMaxMilliseconds));
      assert.ok(median(contender.tlsConnectionP50Milliseconds) <= median(contender.tlsConnectionP99Milliseconds));
      const [kept, reconnecting] = [contender.httpsRequestsPerSecond, contender.httpsRequestsPerSecondReconnecting];
      assert.ok(median(kept) > median(reconnecting), 'a handshake costs more than a request');
    }
  });

  test('records every planned trial and search, with numbered attempts', () => {
    const trials = ofType(entries, 'trial');
    const planned = planTrials(summary.config);
    assert.deepEqual(
      [...new Set(trials.map(({ trial, search }) => search ?? trial))],
      ['calibration-fleet', 'calibration-stall', ...planned.map(({ id }) => id)],
    );
    for (const { id, phase } of planned) {
      const attempts = trials.filter(({ search }) => search === id).map(({ trial }) => trial);
      const found = ofType(entries, 'search').filter(({ search }) => search === id);
      const isSearch = phase === 'connected' || phase === 'sending';
      assert.equal(found.length, isSearch ? 1 : 0, id);
      assert.equal(attempts.length > 0, isSearch, id);
      assert.deepEqual(
        attempts,
        attempts.map((_, index) => `${id}/${index + 1}`),
      );
    }
  });

  test('records the raw lines of server and fleet, and the end, of every trial', () => {
    for (const { trial, phase, search } of ofType(entries, 'trial')) {
      const of = entries.filter((entry) => 'trial' in entry && entry.trial === trial);
      const server = new Set(ofType(of, 'server').map(({ line }) => line.type));
      // An attempt with one step may end before the first sample is due.
      const isShort = search !== undefined && trial !== `${search}/1`;
      for (const type of ['started', 'server', 'end', ...(isShort ? [] : ['sample' as const])] as const) {
        assert.ok(server.has(type), `${trial} ${type}`);
      }
      const end = ofType(of, 'server').findLast(({ line }) => line.type === 'end')?.line;
      assert.ok(end?.type === 'end' && end.exitCode === 0, `the server of ${trial} stopped in order`);
      const fleet = new Set(ofType(of, 'fleet').map(({ line }) => line.type));
      for (const type of ['ready', ...fleetLines[phase], 'stopped'] as const)
        assert.ok(fleet.has(type), `${trial} ${type}`);
      const found = foundBy[phase];
      assert.ok(found === undefined || ofType(of, found).length > 0, `${trial} found nothing`);
      assert.deepEqual(
        ofType(of, 'trialEnd').map(({ outcome }) => outcome),
        ['complete'],
      );
    }
  });

  test('audits every trial, and each passes', () => {
    assert.ok(
      summary.audit.trials >= 12 && summary.audit.checks > 5 * summary.audit.trials,
      JSON.stringify(summary.audit),
    );
    assert.equal(summary.audit.void, 0);
    for (const end of ofType(entries, 'trialEnd')) {
      if (end.outcome === 'failed') assert.fail(end.message);
      const names = end.audit.map(({ name }) => name);
      assert.ok(names.includes('sent = parsed + rejected + in flight at the end'), `${end.trial}: ${names}`);
    }
  });

  test('calibrates the ceiling of the fleet, and sees a stalled server', () => {
    const { calibration } = summary;
    assert.ok(calibration !== undefined && 'messagesPerSecond' in calibration.fleet && 'isMet' in calibration.stall);
    assert.ok(calibration.fleet.messagesPerSecond > 0);
    assert.ok(calibration.stall.correctedMaxMilliseconds >= 1_000, JSON.stringify(calibration.stall));
    assert.ok((calibration.largestShare ?? 0) > 0);
  });

  test('records the machine, and the cost of sampling', () => {
    assert.ok(summary.machines !== undefined);
    assert.deepEqual(summary.machines.server, summary.machines.fleet);
    assert.ok((summary.conditions.agentCpuShare ?? 0) > 0 && (summary.conditions.agentRssBytes ?? 0) > 0);
  });

  test('records latencies in the samples of the fleet, for live progress', () => {
    const samples = ofType(entries, 'fleet').flatMap(({ trial, line }) =>
      line.type === 'sample' && trial === 'memory-1-async' ? (line.correctedP99Milliseconds ?? []) : [],
    );
    assert.ok(samples.length > 0 && samples.every((milliseconds) => milliseconds > 0), samples.join());
  });

  test('negotiates the configured cipher, and resumes no session', () => {
    const answers = ofType(entries, 'fleet').flatMap(({ line }) =>
      line.type === 'connected' || line.type === 'arrived' ? [line] : [],
    );
    for (const { negotiated, resumed } of answers) {
      assert.equal(resumed, 0);
      for (const name of Object.keys(negotiated)) assert.ok(name.includes(summary.config.cipher), name);
    }
  });

  test('can be published again from its record alone, byte for byte', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    const copy = join(parent, basename(directory));
    try {
      await mkdir(copy);
      await cp(join(directory, 'record.jsonl'), join(copy, 'record.jsonl'));
      const { exitCode, stdout } = await runBench('report', copy);
      assert.deepEqual([exitCode, stdout], [0, [`Tables, charts and page: ${join(copy, 'report.html')}`]]);
      const files = (await readdir(directory, { recursive: true })).filter((file) => !/^(record.*|charts)$/.test(file));
      assert.deepEqual(
        (await readdir(copy, { recursive: true })).toSorted(),
        ['charts', 'record.jsonl', ...files].toSorted(),
      );
      for (const file of files) {
        assert.ok((await readFile(join(copy, file))).equals(await readFile(join(directory, file))), file);
      }
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });

  test('leaves no process and no build', () => assertNothingLeft(bench));
});
