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
  ['servers/models/blocking/server.ts', '../../agent/process.ts', false],
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
  ['bench/compare.ts', '../deploy/remote-host.ts', false],
  ['bench/cli.ts', './compare.ts', true],
  ['bench/cli.ts', '../deploy/remote-host.ts', true],
  ['bench/cli.ts', '../deploy/commands.ts', true],
  ['bench/cli.ts', '../deploy/connection.ts', false],
  ['bench/cli.ts', '../servers/contract/contenders.ts', false],
  ['bench/targets.ts', '../deploy/remote-host.ts', true],
  ['bench/targets.ts', '../deploy/remote-fleet.ts', true],
  ['bench/targets.ts', '../deploy/target.ts', true],
  ['bench/targets.ts', '../deploy/spools.ts', false],
  ['bench/targets.ts', '../clients/fleet.ts', false],
  ['bench/run.ts', '../deploy/remote-host.ts', false],
  ['bench/search/attempt.ts', '../../servers/contract/lines.ts', true],
  ['bench/search/attempt.ts', '../../clients/fleet.ts', false],
  ['bench/search/attempt.ts', '../../deploy/remote-host.ts', false],
  ['bench/search/attempt.ts', '../cli.ts', false],
  ['bench/https/https.ts', '../../clients/https/contract.ts', true],
  ['bench/https/https.ts', '../../clients/https/main.ts', false],
  ['bench/report/rows.ts', '../summary.ts', true],
  ['bench/report/rows.ts', '../trial/trial.ts', false],
  ['bench/report/rows.ts', 'node:fs', false],
  ['bench/report/charts/cost.ts', '../../stats/figure.ts', true],
  ['bench/report/charts/cost.ts', '../../trial/trial.ts', false],
  ['bench/report/charts/cost.ts', '../../../servers/main.ts', false],
  ['bench/report/page/document.ts', '../../../servers/contract/contenders.ts', true],
  ['bench/report/page/document.ts', 'node:fs', false],
  ['bench/curves/curves.ts', '../record/record.ts', true],
  ['bench/curves/curves.ts', '../../clients/contract.ts', true],
  ['bench/curves/curves.ts', '../compare.ts', false],
  ['bench/curves/curves.ts', 'node:fs', false],
  ['bench/limits/rules/ends.ts', '../../../servers/contract/lines.ts', true],
  ['bench/limits/rules/ends.ts', '../../../servers/main.ts', false],
  ['bench/limits/rules/ends.ts', '../../cli.ts', false],
  ['bench/page/drawing.ts', '../report/charts/chart.ts', true],
  ['bench/page/drawing.ts', '../report/measured-run.ts', true],
  ['bench/page/drawing.ts', '../report/page/contract.ts', true],
  ['bench/page/drawing.ts', '../report/page/document.ts', false],
  ['bench/page/drawing.ts', '../summary.ts', false],
  ['bench/page/drawing.ts', './tests/chromium.ts', false],
  ['deploy/remote-host.ts', '../bench/host/host.ts', true],
  ['deploy/remote-host.ts', '../bench/compare.ts', false],
  ['deploy/spools.ts', '../servers/contract/agent.ts', true],
  ['deploy/spools.ts', '../servers/agent/serve.ts', false],
  ['deploy/remote-fleet.ts', '../clients/contract.ts', true],
  ['deploy/remote-fleet.ts', '../clients/fleet.ts', false],
  ['bench/host/agent-host.ts', '../../deploy/agents.ts', false],
  ['servers/agent/serve.ts', '../../deploy/layout.ts', false],
  ['clients/fleet.ts', '../deploy/shell.ts', false],
  ['certs/issue.ts', '../deploy/shell.ts', false],
  ['servers/models/async.test.ts', '../../certs/issue.ts', true],
  ['servers/models/async.test.ts', '../../bench/compare.ts', false],
];

const root = join(import.meta.dirname, '..');
const locationSchema = z.object({ path: z.string(), start: z.object({ line: z.number() }) });
const diagnosticsSchema = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: locationSchema })),
});

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-lint-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the lint rule refuses imports against the direction and no others', () => {
  const configuration: object = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
  // Under its own name, for some rules are of one file; a line an import, so that a finding names its row of the table.
  for (const [file, rows] of Map.groupBy(imports, ([file]) => file)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const lines = rows.map(([, specifier], line) => `import * as imported${line} from '${specifier}';`);
    const used = rows.map((_, line) => `imported${line}`);
    writeFileSync(join(folder, file), [...lines, '', `export const used = [${used.join(', ')}];`, ''].join('\n'));
  }
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  const { diagnostics } = diagnosticsSchema.parse(JSON.parse(stdout));
  const refused = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  for (const row of imports) {
    const [file, specifier, isAllowed] = row;
    const line = 1 + imports.filter((other) => other[0] === file).indexOf(row);
    const isRefused = refused.some(({ location }) => location.path.endsWith(file) && location.start.line === line);
    assert.equal(!isRefused, isAllowed, `${file} importing ${specifier}`);
  }
  assert.equal(refused.length, imports.filter(([, , isAllowed]) => !isAllowed).length);
});
