import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';

/** Which file may import what: the direction of imports, as the lint rule must see it. */
const imports: [file: string, specifier: string, isAllowed: boolean][] = [
  ['certs/issue.ts', '../bench/errors.ts', false],
  ['servers/contract/lines.ts', './counters.ts', true],
  ['servers/contract/lines.ts', '../work/counters.ts', false],
  ['servers/work/work.ts', '../contract/paths.ts', true],
  ['servers/work/work.ts', '../models/model.ts', false],
  ['servers/agent/main.ts', '../contract/agent.ts', true],
  ['servers/agent/main.ts', '../work/counters.ts', false],
  ['servers/models/async.ts', '../work/work.ts', true],
  ['servers/models/async.ts', './blocking/slots.ts', false],
  ['servers/models/async.ts', '../main.ts', false],
  ['servers/models/blocking/server.ts', '../model.ts', true],
  ['servers/models/blocking/server.ts', '../../work/counters.ts', true],
  ['servers/models/blocking/server.ts', '../async.ts', false],
  ['servers/models/blocking/server.ts', '../../agent/proc.ts', false],
  ['servers/main.ts', './models/model.ts', true],
  ['servers/main.ts', '../clients/contract.ts', false],
  ['clients/fleet.ts', '../servers/contract/message.ts', true],
  ['clients/fleet.ts', '../servers/work/tls.ts', false],
  ['clients/fleet.ts', '../bench/shares.ts', false],
  ['bench/fleet.ts', '../clients/contract.ts', true],
  ['bench/fleet.ts', '../clients/fleet.ts', false],
  ['bench/compare.ts', '../certs/issue.ts', true],
  ['bench/compare.ts', '../servers/main.ts', false],
  ['bench/compare.ts', './cli.ts', false],
  ['bench/trial/ramp.ts', '../../servers/contract/lines.ts', true],
  ['bench/trial/ramp.ts', '../../clients/fleet.ts', false],
  ['bench/trial/ramp.ts', '../cli.ts', false],
  ['bench/report/rows.ts', '../summary.ts', true],
  ['bench/report/rows.ts', '../trial/trial.ts', false],
  ['bench/report/rows.ts', 'node:fs', false],
  ['deploy/remote.ts', '../bench/host/host.ts', true],
  ['deploy/remote.ts', '../bench/compare.ts', false],
  ['servers/models/async.test.ts', '../../certs/issue.ts', true],
  ['servers/models/async.test.ts', '../../bench/compare.ts', false],
];

const root = join(import.meta.dirname, '..');
const diagnosticsSchema = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-lint-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the lint rule refuses imports against the direction and no others', () => {
  const configuration: object = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
  // Each import in a file of its own in the same folder, so that a finding names its row of the table.
  const files = imports.map(([file, specifier], row) => {
    const name = file.replace(/(\.test)?\.ts$/, `-${row}$&`);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `import * as imported from '${specifier}';\n\nexport const used = imported;\n`);
    return name;
  });
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  const { diagnostics } = diagnosticsSchema.parse(JSON.parse(stdout));
  const refused = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  for (const [row, [file, specifier, isAllowed]] of imports.entries()) {
    const isRefused = refused.some(({ location }) => location.path.endsWith(files[row] ?? ''));
    assert.equal(!isRefused, isAllowed, `${file} importing ${specifier}`);
  }
});
