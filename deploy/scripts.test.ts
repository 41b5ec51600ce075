import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '..');
const scripts = globSync('{bench,certs,clients,deploy,servers}/**/*.sh', { cwd: root }).sort();

/** A program that passes every script, or says what is wrong with it. */
const judges: [name: string, command: readonly [string, ...string[]]][] = [
  ['shellcheck', ['shellcheck']],
  ['dash', ['dash', '-n']],
  ['busybox sh', ['busybox', 'sh', '-n']],
];

describe('every shell script', () => {
  for (const [name, [program, ...words]] of judges) {
    const isMissing = spawnSync(program, ['--version']).error !== undefined;
    test(`passes ${name}`, { skip: isMissing && `there is no ${program}` }, () => {
      assert.ok(scripts.includes('deploy/scripts/facts.sh'), 'they are found');
      for (const script of scripts) execFileSync(program, [...words, script], { cwd: root, encoding: 'utf8' });
      if (name === 'shellcheck') execFileSync(program, ['.ci/run', '.ci/in-quota'], { cwd: root, encoding: 'utf8' });
    });
  }
});
