import assert from 'node:assert/strict';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openKernelLog, parseRelevantRecord } from './kernel-log.ts';

const killed = 'Out of memory: Killed process 812 (node) total-vm:11756100kB, anon-rss:7340032kB, oom_score_adj:0';

describe('a record of the kernel log', () => {
  const table: [record: string, expected: string | undefined][] = [
    [`3,812,339999,-;${killed}\n`, killed],
    [`3,812,339999,-,caller=T18;${killed}\n SUBSYSTEM=x\n DEVICE=+y:z\n`, killed],
    [
      '3,9,1,-;Memory cgroup out of memory: Killed process 812 (a;b) total-vm:1kB\n',
      'Memory cgroup out of memory: Killed process 812 (a;b) total-vm:1kB',
    ],
    [
      '3,9,1,-;Out of memory: Kill process 812 (node) score 912 or sacrifice child\n',
      'Out of memory: Kill process 812 (node) score 912 or sacrifice child',
    ],
    ['3,9,1,-;Killed process 812 (node) total-vm:1kB\n', 'Killed process 812 (node) total-vm:1kB'],
    [
      '4,9,1,-;node invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0\n',
      'node invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0',
    ],
    [
      '6,9,1,-;oom_reaper: reaped process 812 (node), now anon-rss:0kB\n',
      'oom_reaper: reaped process 812 (node), now anon-rss:0kB',
    ],
    ['6,9,1,c;TCP: out of memory -- consider tuning tcp_mem\n', 'TCP: out of memory -- consider tuning tcp_mem'],
    ['4,9,1,-;nf_conntrack: table full, dropping packet\n', 'nf_conntrack: table full, dropping packet'],
    [
      '4,9,1,-;nf_conntrack: nf_conntrack: table full, dropping packet\n',
      'nf_conntrack: nf_conntrack: table full, dropping packet',
    ],
    ['6,9,1,-;Freeing unused kernel image (initmem) memory: 3728K\n', undefined],
    ['6,9,1,-;usb 1-1: new device\n SUBSYSTEM=out of memory\n', undefined],
    ['out of memory', undefined],
    ['', undefined],
  ];
  for (const [record, expected] of table) {
    test(JSON.stringify(record), () => assert.equal(parseRelevantRecord(record), expected));
  }
});

describe('the kernel log', {
  skip: canReadAndWriteLog() ? false : '/dev/kmsg may not be read and written here',
}, () => {
  // Lines of this test alone. A user's writes to the log have the facility `user`, unlike the kernel's.
  const line = (index: number) => `pi-websocket-bench ${process.pid}: out of memory, but not really, ${index}`;
  const write = (text: string) => writeFileSync('/dev/kmsg', `<6>${text}\n`);
  const own = (lines: string[]) => lines.filter((text) => text.includes(` ${process.pid}: `));

  test('is read from its opening on, each line once', () => {
    write(line(0));
    const read = openKernelLog();
    assert.deepEqual(own(read()), []);
    write(line(1));
    write(`pi-websocket-bench ${process.pid}: nothing relevant`);
    write(line(2));
    assert.deepEqual(own(read()), [line(1), line(2)]);
    assert.deepEqual(own(read()), []);
  });

  test('returns the last lines when there are many', () => {
    const read = openKernelLog();
    for (let index = 0; index < 30; index += 1) write(line(index));
    const lines = read();
    assert.equal(lines.length, 20);
    assert.equal(own(lines).at(-1), line(29));
  });
});

function canReadAndWriteLog(): boolean {
  try {
    accessSync('/dev/kmsg', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
