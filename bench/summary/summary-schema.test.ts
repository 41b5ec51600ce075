import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { schemaVersion } from '../record/record.ts';
import { summarySchema } from './summary.ts';
import { summaryJsonSchema, summarySchemaName } from './summary-schema.ts';

const results = join(import.meta.dirname, '..', '..', 'results');
const read = (...names: string[]) => readFileSync(join(results, ...names), 'utf8');
const published = z.record(z.string(), z.unknown()).parse(JSON.parse(summaryJsonSchema()));
/** The committed folders whose summary has this version. */
const current = readdirSync(results).filter((name) => {
  if (!/^(reference|emulated)/.test(name) || !existsSync(join(results, name, 'summary.json'))) return false;
  return JSON.parse(read(name, 'summary.json')).schemaVersion === schemaVersion;
});

describe('the published schema of summary.json', () => {
  test('is the schema that the suite writes by', () => {
    assert.equal(read(summarySchemaName), summaryJsonSchema(), 'run: npm run docs');
  });

  test('says what it describes, and what its fields mean', () => {
    assert.deepEqual(Object.keys(published).slice(0, 1), ['$schema']);
    assert.equal(published.title, `Summary of a run, version ${schemaVersion}`);
    assert.equal(typeof published.description, 'string');
    const described = z.object({ properties: z.record(z.string(), z.looseObject({ description: z.string().min(4) })) });
    const top = described.parse(published);
    assert.deepEqual(Object.keys(top.properties), Object.keys(summarySchema.shape));
    const { contenderSummary } = z.object({ contenderSummary: described }).parse(published.$defs);
    assert.match(contenderSummary.properties.rssBytes?.description ?? '', /VmRSS/);
  });

  test('accepts fields that a later release of the same version may add', () => {
    assert.doesNotMatch(JSON.stringify(published), /"additionalProperties":false/);
  });
});

test('summaries of this version are committed', () => assert.ok(current.length >= 2, current.join(', ')));
for (const name of current) {
  test(`the summary in ${name} follows the schema, and reading changes nothing`, () => {
    const summary: unknown = JSON.parse(read(name, 'summary.json'));
    assert.deepEqual(summarySchema.parse(summary), summary);
  });
}
