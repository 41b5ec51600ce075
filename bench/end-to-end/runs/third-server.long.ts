import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import type { Entry } from '../../record/record.ts';
import { isMeasured } from '../../stats/figure.ts';
import { type Summary, summarySchema } from '../../summary/summary.ts';
import { assertNothingLeft, type BenchProcess, runBench, startBenchIn } from '../../testing/run-bench.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const both = ['async', 'async-pool'];
const manifest = {
  description: 'an event loop under another name',
  bundle: { 'server.js': '../async/main.ts' },
};

/** Copies the suite to its own folder, and adds one manifest. */
async function treeWith(server: string): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-tree-'));
  const parts = [
    'bench',
    'certs',
    'clients',
    'deploy',
    'servers',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ];
  for (const part of parts) {
    // The copy issues its own certificates.
    const filter = (path: string) => path !== join(root, 'certs', 'local');
    await cp(join(root, part), join(tree, part), { recursive: true, filter });
  }
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
  const folder = join(tree, 'servers', 'models', server);
  await mkdir(folder);
  await writeFile(join(folder, 'server.json'), JSON.stringify(manifest));
  return tree;
}

describe('a third server, added by one file', () => {
  let tree: string;
  let bench: BenchProcess;
  let directory: string;
  let entries: Entry[];
  let summary: Summary;
  const text = (...names: string[]) => readFile(join(directory, ...names), 'utf8');
  before(async () => {
    tree = await treeWith('async-pool');
    const plan = ['--profile', 'smoke', '--contenders', both.join(','), '--only', 'build,connected'];
    const light = ['--trials', '2', '--clients', '4'];
    // A late fleet on a busy machine must not void trials.
    const patient = ['--max-lateness', '1', '--max-fleet-busy', '1'];
    bench = await startBenchIn(tree, 'compare', ...plan, ...light, ...patient, '--json');
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    directory = dirname(bench.stdout.at(-1) ?? '');
    entries = await readRecord(directory);
    summary = summarySchema.parse(JSON.parse(await text('summary.json')));
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(tree, { recursive: true, force: true });
  });

  test('is built, started and searched as often as the other, under its own name', () => {
    const contendersOf = (type: 'build' | 'bundle' | 'executable' | 'trial' | 'search' | 'preflight') =>
      Object.groupBy(ofType(entries, type), ({ contender }) => contender);
    for (const type of ['build', 'bundle', 'executable', 'trial', 'search', 'preflight'] as const) {
      const found = contendersOf(type);
      assert.deepEqual(Object.keys(found).toSorted(), both, type);
    }
    for (const type of ['build', 'search'] as const) {
      const found = contendersOf(type);
      assert.deepEqual([found.async?.length, found['async-pool']?.length], [2, 2], type);
    }
    for (const { trial, contender } of ofType(entries, 'trial')) {
      assert.match(trial, new RegExp(`^[a-z]+-\\d-${contender}(/\\d+)?$`));
    }
  });

  test('is described in the record in the words of its manifest', () => {
    assert.deepEqual(ofType(entries, 'run')[0]?.servers, {
      async: 'one event loop',
      'async-pool': manifest.description,
    });
  });

  test('is compared with the other, figure by figure', () => {
    assert.equal(summary.outcome, 'complete');
    assert.deepEqual(Object.keys(summary.contenders), both);
    for (const name of both) {
      const { bundleBytes, maxClientsConnected } = summary.contenders[name] ?? assert.fail(name);
      for (const figure of [bundleBytes, maxClientsConnected.clients]) {
        assert.ok(isMeasured(figure) && figure.values.length === 2 && figure.median > 0, name);
      }
    }
    const [pair, ...others] = summary.pairs;
    assert.deepEqual([pair?.first, pair?.second, others], [...both, []]);
    // Both are the same program, to the byte.
    assert.equal(pair?.figures.bundleBytes?.verdict, 'equal');
  });

  test('has its column and a verdict in the table', async () => {
    const [head = '', , ...rows] = (await text('table.md')).split('\n').filter((line) => line.startsWith('|'));
    const cellsOf = (line: string) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    assert.deepEqual(cellsOf(head), ['', ...both, 'verdict']);
    const [, ...cells] = cellsOf(rows.find((row) => row.includes('Size (bundle)')) ?? '');
    assert.equal(cells.length, 3);
    assert.ok(
      cells.every((cell) => cell !== '' && cell !== '-'),
      cells.join(),
    );
    assert.equal(cells[0], cells[1]);
  });

  test('has its own name in charts, post and page', async () => {
    const charts = await readdir(join(directory, 'charts'));
    const own = charts.filter((name) => name.includes('async')).map((name) => name.replace(/(-dark)?\.\w+$/, ''));
    assert.deepEqual([...new Set(own)], both.map((name) => `timeline-${name}`).toSorted());
    for (const chart of ['build.svg', 'max-clients.svg', 'ramp-memory.svg']) {
      const svg = await text('charts', chart);
      for (const name of both) assert.match(svg, new RegExp(`>${name}<`), chart);
    }
    const post = await text('post.md');
    assert.ok(post.includes(`- async-pool: ${manifest.description}.`) && post.includes('- async: one event loop.'));
    assert.match(post, / --contenders async,async-pool /);
    const page = await text('report.html');
    assert.ok(page.includes(`async is one event loop; async-pool is ${manifest.description}.`));
    assert.match(page, /<th[^>]*>(<button[^>]*>)?async-pool</);
  });

  test('has ceilings that rest on a guess and say so, while the other has measured ones', () => {
    const guesses = (contender: string) =>
      ofType(entries, 'preflight')
        .filter((entry) => entry.contender === contender)
        .flatMap(({ ceilings }) => ceilings.filter(({ isGuess }) => isGuess === true).map(({ name }) => name));
    assert.deepEqual(guesses('async'), []);
    assert.ok(guesses('async-pool').includes('memory') && guesses('async-pool').includes('descriptors'));
    assert.ok(!guesses('async-pool').includes('client ports'), 'no server changes these');
    const said = bench.stderr.join(' ').replaceAll(/\s+/g, ' ');
    assert.match(said, /async-pool, 4 clients connected: they fit; the lowest ceiling is [^.]*\(a guess: [^)]*\)\./);
    assert.doesNotMatch(said, /async, 4 clients connected: [^.]*\(a guess/);
  });

  test('is reported in the same words by a tree that lacks it', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-lacking-'));
    try {
      // Charts and page contain the name of the run's folder.
      const there = join(copy, basename(directory));
      await mkdir(there);
      for (const name of ['record.jsonl', 'record.jsonl.sha256']) await cp(join(directory, name), join(there, name));
      const { exitCode, stderr } = await runBench('report', there);
      assert.equal(exitCode, 0, stderr.join('\n'));
      for (const name of ['summary.json', 'table.md', 'table.csv', 'post.md', 'report.html']) {
        assert.equal(await readFile(join(there, name), 'utf8'), await text(name), name);
      }
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  test('leaves no process and no build', () => assertNothingLeft(bench));
});
