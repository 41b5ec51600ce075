import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { importsOf, readImports } from './imports.ts';
import { objections } from './judge.ts';
import { floors } from './layers.ts';

const root = join(import.meta.dirname, '..', '..');
const files = globSync('{bench,certs,clients,deploy,servers}/**/*.{ts,mjs}', { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);

test('every import of the tree runs downwards, and none closes a circle', () => {
  assert.ok(files.length > 300, 'the check covers the whole tree');
  assert.deepEqual(objections(files, readImports(root, files)), []);
});

test('each room stands in the table once', () => {
  const paths = floors.flat().map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path, index) => paths.indexOf(path) !== index),
    [],
  );
});

test('each room of the table holds a file', () => {
  const folderOf = (path: string) => path.replace(/\*$/, '');
  const empty = floors.flat().filter(({ path }) => !files.some((file) => file.startsWith(folderOf(path))));
  assert.deepEqual(empty, []);
});

test('one script of package.json starts each test', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const globs = Object.values(scripts).flatMap((script) =>
    [...script.matchAll(/"([^"]*\*[^"]*\.ts)"/g)].map(([, glob = '']) => glob),
  );
  const tests = files.filter((file) => /\.(test|long)\.ts$/.test(file));
  const startedBy = (file: string) => globs.filter((glob) => matchesGlob(file, glob)).length;
  assert.deepEqual(
    tests.filter((file) => startedBy(file) !== 1),
    [],
  );
});

/** A file, an import in it, and the expected objection; undefined when the import is allowed. */
const cases: [file: string, text: string, objection: RegExp | undefined][] = [
  ['bench/run/run.ts', "import { a } from '../phases/memory.ts';", undefined],
  ['bench/phases/memory.ts', "import { a } from '../run/run.ts';", /upwards/],
  ['bench/phases/memory.ts', "import type { A } from '../run/run.ts';", /upwards/],
  ['bench/phases/memory.ts', "import { type A } from '../run/run.ts';", /upwards/],
  ['bench/phases/memory.ts', "export { a } from '../run/run.ts';", /upwards/],
  ['bench/phases/memory.ts', "export * from '../run/run.ts';", /upwards/],
  ['bench/phases/memory.ts', "const a = await import('../run/run.ts');", /upwards/],
  ['bench/phases/memory.ts', "type A = import('../run/run.ts').A;", /upwards/],
  ['bench/curves/curves.ts', "import { a } from '../summary/summary.ts';", /one floor/],
  ['bench/run/run.ts', "import { a } from '../cli.ts';", /upwards/],
  ['bench/run/run.ts', "import { a } from '../../deploy/remote-host.ts';", /upwards/],
  ['bench/run/run.ts', "import { a } from '../../servers/main.ts';", /upwards/],
  ['bench/run/run.ts', "import { a } from '../../servers/models/async/server.ts';", /upwards/],
  ['bench/run/run.ts', "import { a } from '../testing/runs.ts';", /nothing of tests/],
  ['bench/unheard-of/a.ts', 'export const a = 1;', /in no layer/],
  ['bench/unheard-of.ts', 'export const a = 1;', /in no layer/],
  ['bench/report/rows.ts', "import { readFileSync } from 'node:fs';", /is pure/],
  ['bench/report/rows.ts', "import { z } from 'zod';", undefined],
  ['bench/report/rows.ts', "import { a } from '../trial/trial.ts';", /imports only/],
  ['bench/report/charts/cost.ts', "import { a } from '../../trial/trial.ts';", /imports only/],
  ['bench/command-line/program.ts', "import { a } from '../../deploy/commands.ts';", undefined],
  ['bench/command-line/program.ts', "import { a } from '../../deploy/connection.ts';", /imports only/],
  ['bench/report/script/main.ts', "import { a } from '../charts/all.ts';", undefined],
  ['bench/report/script/main.ts', "import { a } from '../page/contract.ts';", undefined],
  ['bench/report/script/main.ts', "import { a } from '../page/document.ts';", /imports only/],
  ['servers/models/made-up/server.ts', "import { a } from '../model.ts';", undefined],
  ['servers/models/made-up/server.ts', "import { a } from '../../work/work.ts';", undefined],
  ['servers/models/made-up/server.ts', "import { a } from './other.ts';", undefined],
  ['servers/models/made-up/main.ts', "import { a } from '../../main.ts';", undefined],
  ['servers/models/made-up/main.ts', "import { a } from '../../gauges.ts';", /imports only/],
  ['servers/main.ts', "import { a } from './models/model.ts';", undefined],
  ['servers/main.ts', "import { a } from './models/async/server.ts';", /imports only/],
  ['servers/models/made-up/server.ts', "import { a } from '../async/server.ts';", /imports only/],
  ['servers/models/listen.ts', "import { a } from './async/server.ts';", /imports only/],
  ['servers/work/work.ts', "import { a } from '../models/model.ts';", /imports only/],
  ['servers/agent/main.ts', "import { a } from '../work/counters.ts';", /imports only/],
  ['servers/contract/lines.ts', "import { a } from '../work/counters.ts';", /imports only/],
  ['clients/fleet-process.ts', "import { a } from '../servers/contract/message.ts';", undefined],
  ['clients/fleet-process.ts', "import { a } from '../servers/work/tls.ts';", /imports only/],
  ['clients/fleet-process.ts', "import { a } from '../bench/errors.ts';", /imports only/],
  ['certs/issue.ts', "import { a } from '../bench/errors.ts';", /imports only/],
  ['deploy/remote-host.ts', "import { a } from '../bench/host/host.ts';", undefined],
  ['deploy/remote-host.ts', "import { a } from '../bench/run/run.ts';", /imports only/],
  ['servers/models/async/server.test.ts', "import { a } from '../../../certs/issue.ts';", undefined],
  ['servers/models/async/server.test.ts', "import { a } from '../../../bench/errors.ts';", /tests of a host/],
  ['bench/run/run.test.ts', "import { a } from '../cli.ts';", /started, not imported/],
  ['bench/run/run.test.ts', "import { a } from '../report/rows.ts';", undefined],
];

for (const [file, text, expected] of cases) {
  test(`${file}: ${text}`, () => {
    const found = objections([file], importsOf(file, text));
    if (expected === undefined) assert.deepEqual(found, []);
    else assert.match(found.join('\n'), expected);
  });
}

test('a circle within one room is found even when only a type closes it', () => {
  const imports = [
    ...importsOf('bench/run/a.ts', "import { b } from './b.ts';"),
    ...importsOf('bench/run/b.ts', "import { c } from './c.ts';"),
    ...importsOf('bench/run/c.ts', "import type { A } from './a.ts';"),
  ];
  const found = objections([], imports);
  assert.equal(found.length, 3);
  assert.equal(found[0], 'a circle: bench/run/a.ts -> bench/run/b.ts -> bench/run/c.ts -> bench/run/a.ts');
});
