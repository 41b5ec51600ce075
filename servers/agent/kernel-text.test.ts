import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  parseCount,
  parseFields,
  parseLine,
  parseOomKills,
  parseResourceLimit,
  readCount,
  readText,
} from './kernel-text.ts';

const status = `Name:\tnode
Umask:\t0022
State:\tS (sleeping)
Pid:\t1234
VmPeak:\t11756240 kB
VmSize:\t11756100 kB
VmHWM:\t   52092 kB
VmRSS:\t   51000 kB
VmSwap:\t       0 kB
Threads:\t11
SigQ:\t0/96211
Cpus_allowed_list:\t0-1
voluntary_ctxt_switches:\t24
nonvoluntary_ctxt_switches:\t7
`;

describe('fields of /proc/PID/status', () => {
  test('are numbers, in bytes where the kernel says kB', () => {
    const fields = parseFields(status);
    assert.equal(fields.get('VmRSS'), 51_000 * 1_024);
    assert.equal(fields.get('VmHWM'), 52_092 * 1_024);
    assert.equal(fields.get('VmSwap'), 0);
    assert.equal(fields.get('Threads'), 11);
    assert.equal(fields.get('voluntary_ctxt_switches'), 24);
    assert.equal(fields.get('nonvoluntary_ctxt_switches'), 7);
  });

  test('are absent when they are missing or not a single number', () => {
    const fields = parseFields(status);
    for (const name of ['Name', 'State', 'SigQ', 'Cpus_allowed_list', 'VmNothing']) {
      assert.equal(fields.get(name), undefined, name);
    }
    assert.equal(parseFields('').size, 0);
  });

  test('of smaps_rollup and meminfo are read alike', () => {
    const rollup =
      '55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:    49000 kB\nPss:   41234 kB\nPss_Anon:  100 kB\n';
    assert.equal(parseFields(rollup).get('Pss'), 41_234 * 1_024);
    assert.equal(parseFields('MemTotal:  8000000 kB\nHugePages_Total:       3\n').get('HugePages_Total'), 3);
  });
});

describe('a count', () => {
  const table: [text: string | undefined, expected: number | undefined][] = [
    ['0\n', 0],
    ['20000', 20_000],
    ['67108864\n', 67_108_864],
    ['\t1048576 ', 1_048_576],
    ['max\n', undefined],
    ['unlimited', undefined],
    ['-1\n', undefined],
    ['9223372036854771712\n', undefined],
    ['9223372036854710272\n', undefined],
    ['18446744073709551615', undefined],
    ['1 2', undefined],
    ['', undefined],
    ['\n', undefined],
    [undefined, undefined],
  ];
  for (const [text, expected] of table) {
    test(`of ${JSON.stringify(text)} is ${expected}`, () => assert.equal(parseCount(text), expected));
  }

  test('of a missing file, or one whose driver refuses, is absent', () => {
    assert.equal(readText('/proc/no/such/file'), undefined);
    assert.equal(readText('/proc'), undefined);
    assert.equal(readCount('/proc/no/such/file'), undefined);
    assert.ok((readCount('/proc/sys/kernel/pid_max') ?? 0) > 0);
  });
});

describe('kills for lack of memory', () => {
  const table: [title: string, text: string | undefined, expected: number | undefined][] = [
    ['memory.oom_control, version 1', 'oom_kill_disable 0\nunder_oom 0\noom_kill 7\n', 7],
    ['memory.oom_control before Linux 4.13', 'oom_kill_disable 0\nunder_oom 0\n', undefined],
    ['memory.events, version 2', 'low 0\nhigh 0\nmax 31\noom 3\noom_kill 2\noom_group_kill 1\n', 2],
    ['/proc/vmstat', 'drop_slab 0\noom_kill 12\nnuma_pte_updates 0\n', 12],
    ['no such file', undefined, undefined],
  ];
  for (const [title, text, expected] of table) test(title, () => assert.equal(parseOomKills(text), expected));
});

test('a line of /proc/vmstat is found by its whole name', () => {
  const vmstat = 'pgpgin 9\npswpin 3\npswpout 12\nnr_swapcached_pswpin 5\n';
  assert.deepEqual([parseLine(vmstat, 'pswpin'), parseLine(vmstat, 'pswpout')], [3, 12]);
  assert.deepEqual([parseLine(vmstat, 'swpin'), parseLine(undefined, 'pswpin')], [undefined, undefined]);
});

describe('limits of a process', () => {
  const limits = (
    soft: string,
    hard: string,
  ) => `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max processes             96211                96212                processes 
Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     
Max address space         unlimited            unlimited            bytes     
`;
  const table: [soft: string, hard: string, expected: ReturnType<typeof parseResourceLimit>][] = [
    ['1024', '524288', { soft: 1_024, hard: 524_288 }],
    ['1024', 'unlimited', { soft: 1_024, hard: undefined }],
    ['unlimited', 'unlimited', { soft: undefined, hard: undefined }],
  ];
  for (const [soft, hard, expected] of table) {
    test(`open files ${soft} and ${hard}`, () => {
      assert.deepEqual(parseResourceLimit(limits(soft, hard), 'Max open files'), expected);
    });
  }
  test('of another name on another line', () => {
    assert.deepEqual(parseResourceLimit(limits('1', '2'), 'Max processes'), { soft: 96_211, hard: 96_212 });
  });
  test('are absent when the kernel does not say', () => {
    assert.deepEqual(parseResourceLimit('', 'Max open files'), { soft: undefined, hard: undefined });
  });
});
