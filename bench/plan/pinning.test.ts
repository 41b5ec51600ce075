import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { groupCores, parseCoreList, pinned, splitCores } from './pinning.ts';

describe('cores', () => {
  const lists: [text: string, cores: number[]][] = [
    ['0', [0]],
    ['0-3\n', [0, 1, 2, 3]],
    ['0-1,4,6-7', [0, 1, 4, 6, 7]],
    ['', []],
  ];
  for (const [text, cores] of lists) {
    test(`of the list ${JSON.stringify(text)}`, () => assert.deepEqual(parseCoreList(text), cores));
  }

  test('are split so that each has one owner, and the servers have no fewer than the fleet', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 256 }), { minLength: 2 }), (cores) => {
        const { server = [], fleet = [] } = splitCores(cores.map((core) => [core])) ?? {};
        assert.deepEqual([...server, ...fleet], cores);
        assert.ok(fleet.length >= 1 && server.length - fleet.length <= 1 && server.length >= fleet.length);
      }),
    );
  });

  test('cannot be split when there is one', () => {
    assert.equal(splitCores([[3]]), undefined);
    assert.equal(splitCores([[0, 1]]), undefined, 'two hardware threads are one core');
  });

  test('keep the hardware threads of one physical core together', () => {
    // Linux numbers threads like this on most machines with two threads per core.
    const siblings = (core: number) => [core % 4, (core % 4) + 4];
    const groups = groupCores([0, 1, 2, 3, 4, 5, 6, 7], siblings);
    assert.deepEqual(groups, [
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ]);
    assert.deepEqual(splitCores(groups), { server: [0, 4, 1, 5], fleet: [2, 6, 3, 7] });
    assert.deepEqual(groupCores([1, 2, 5], siblings), [[1, 5], [2]], 'of those that may be used');
  });

  test('are the only ones that a pinned program may use', () => {
    const allowed = /^Cpus_allowed_list:\s*(\S+)/m;
    const own = parseCoreList(allowed.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '');
    const one = own.slice(-1);
    const [program, ...words] = pinned(['grep', 'Cpus_allowed_list', '/proc/self/status'], one);
    assert.deepEqual(
      parseCoreList(allowed.exec(spawnSync(program, words, { encoding: 'utf8' }).stdout)?.[1] ?? ''),
      one,
    );
    assert.deepEqual(pinned(['grep'], undefined), ['grep']);
  });
});
