import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const bench = join(import.meta.dirname, '..', '..');

/** Everything that a new cause needs in the source: a row and a rule, each inserted next to an existing line. */
const additions = [
  {
    file: 'record/causes.ts',
    line: '\n} satisfies Record<string, CauseRow>;',
    withAddition: (line: string) =>
      `\n  'cosmic rays': { meaning: 'A bit flipped.', evidence: 'rays | counted', notProvoked: 'no reactor' },${line}`,
  },
  {
    file: 'diagnosis/rules/refusals.ts',
    line: '\nexport const refusalRules: readonly CauseRule[] = [',
    withAddition: (line: string) =>
      `${line}\n  { cause: 'cosmic rays', explains: ['connections'], find: ({ step, now }) =>
        step?.observation.connectFailures.rays === undefined
          ? undefined
          : { atMilliseconds: now, detail: 'a bit flipped', numbers: { rays: 1 } } },`,
  },
].map((addition) => ({ ...addition, url: pathToFileURL(join(bench, addition.file)).href }));

// The modules are imported below this, so that they load with the additions.
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const addition = additions.find((one) => one.url === url);
    if (addition === undefined) return loaded;
    const source = String(loaded.source);
    assert.ok(source.includes(addition.line), `${addition.file} has the line`);
    return { ...loaded, source: source.replace(addition.line, addition.withAddition) };
  },
});
const { decide } = await import('../../diagnosis/diagnose.ts');
const { verdictSchema } = await import('../../record/verdict.ts');
const { renderMarkdown } = await import('../../report/markdown.ts');
const { renderCauses } = await import('../../commands/docs/causes.ts');
const { evidenceOf } = await import('../../testing/evidence.ts');
const { searchEntries, stepOf } = await import('../../testing/runs.ts');
const { summarizedRun } = await import('../../testing/summarized.ts');

const keptOut = (connectFailures: Record<string, number>) =>
  decide(evidenceOf({ step: stepOf({ connectFailures }, 'failed', ['some did not come'], ['connections']) }));
const verdict = keptOut({ rays: 1 });

describe('a cause that is added by one row and one rule', () => {
  test('is decided by its evidence alone', () => {
    assert.deepEqual(verdict, {
      cause: 'cosmic rays',
      detail: 'a bit flipped; some did not come',
      numbers: { rays: 1 },
      others: [],
    });
    assert.equal(keptOut({ reset: 1 }).cause, 'unknown');
  });

  test('can stand in a record', () => assert.deepEqual(verdictSchema.parse(verdict), verdict));

  test('is named in a report as what stopped the server', () => {
    const entries = searchEntries('connected', 'async', [100], verdict);
    const text = renderMarkdown([summarizedRun('run', { contenders: 'async', only: 'connected' }, entries)]);
    assert.match(text, /\| What stopped the connected clients \| +cosmic rays \|/);
    assert.match(text, /cosmic rays: a bit flipped; some did not come/);
    assert.match(text, /\| Max clients connected +\| 100, not 101 \|/);
  });

  test('is listed in the docs', () => {
    const row = '| `cosmic rays` | A bit flipped. | yes | rays \\| counted | not provoked: no reactor | – |';
    assert.ok(renderCauses().endsWith(`\n${row}`), renderCauses());
  });
});
