import assert from 'node:assert/strict';
import { test } from 'node:test';
import { options } from '../../plan/options/options.ts';
import { renderOptionDocs } from './options.ts';

test('a row of the docs has the option, its meaning and range, its defaults and its commands', () => {
  const text = renderOptionDocs({ 'limit-s': options['limit-s'], 'ssh-config': options['ssh-config'] });
  const cells = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/ *\| */).slice(1, -1));
  assert.deepEqual(cells, [
    [
      '`--limit-s <seconds>`',
      'Longest time for one search. Takes a whole number from 1 to 86400.',
      'smoke 10, quick 30, full 1800, or longer where the planned holds and connections need it',
      'compare',
    ],
    [
      '`--ssh-config <file>`',
      'Configuration file for ssh.',
      "ssh's own",
      'compare, connect, doctor, deploy, deploy-status, deploy-restore',
    ],
  ]);
});
