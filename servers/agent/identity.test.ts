import assert from 'node:assert/strict';
import { hostname, totalmem } from 'node:os';
import { describe, test } from 'node:test';
import { machineSchema } from '../contract/machine.ts';
import {
  hasAes,
  hasMemoryController,
  isVirtual,
  parseBoardRevision,
  parseChoice,
  parseSwaps,
  parseSystemName,
  readMachine,
} from './identity.ts';

describe('the identity of a machine', () => {
  const cpus: [title: string, text: string, expected: boolean][] = [
    ['an x86-64 CPU with AES instructions', 'model name : x\nflags\t\t: fpu sse2 aes avx\n', true],
    ['an x86-64 CPU without', 'flags\t\t: fpu sse2 avx\n', false],
    ['a Raspberry Pi 5', 'Features\t: fp asimd evtstrm aes pmull sha1\n', true],
    ['a Raspberry Pi 4', 'Features\t: fp asimd evtstrm crc32 cpuid\n', false],
    ['a flag that only begins like it', 'flags : vaes\n', false],
  ];
  const guests: [title: string, cpuinfo: string, compatible: string | undefined, expected: boolean][] = [
    ['a guest on x86-64', 'flags\t\t: fpu aes hypervisor lahf_lm\n', undefined, true],
    ['User Mode Linux', 'vendor_id\t: User Mode Linux\nmodel name\t: UML\n', undefined, true],
    ['an emulated board', 'Features\t: fp asimd\n', 'linux,dummy-virt\0', true],
    ['a board', 'Features\t: fp asimd\n', 'raspberrypi,4-model-b\0brcm,bcm2711\0', false],
    ['a computer', 'flags\t\t: fpu aes\nbugs\t: hypervisor\n', undefined, false],
  ];
  for (const [title, cpuinfo, compatible, expected] of guests) {
    test(`is ${expected ? '' : 'not '}virtual: ${title}`, () => assert.equal(isVirtual(cpuinfo, compatible), expected));
  }

  for (const [title, text, expected] of cpus) test(`has AES: ${title}`, () => assert.equal(hasAes(text), expected));

  const boards: [title: string, deviceTree: Buffer | undefined, cpuinfo: string, expected: string | undefined][] = [
    ['a Raspberry Pi 4', Buffer.from([0, 0xd0, 0x31, 0x15]), 'Revision\t: ffffff\n', 'd03115'],
    ['a Raspberry Pi whose device tree lacks it', undefined, 'Hardware\t: BCM2835\nRevision\t: c03112\n', 'c03112'],
    ['a board that fills in zeros', undefined, 'Revision\t: 0000\n', undefined],
    ['an arm64 board without', undefined, 'CPU revision\t: 3\n', undefined],
    ['a device tree with another value', Buffer.from('x\0'), '', undefined],
  ];
  for (const [title, deviceTree, cpuinfo, expected] of boards) {
    test(`has a revision: ${title}`, () => assert.equal(parseBoardRevision(deviceTree, cpuinfo), expected));
  }

  test('has swap devices, by path and size', () => {
    const heading = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
    const swaps = `${heading}/dev/zram0                              partition\t2097148\t\t0\t\t100\n/var/swap\t\t\t\tfile\t\t524284\t\t12\t\t-2\n`;
    assert.deepEqual(parseSwaps(swaps), [
      { name: '/dev/zram0', bytes: 2_097_148 * 1_024 },
      { name: '/var/swap', bytes: 524_284 * 1_024 },
    ]);
    assert.deepEqual(parseSwaps(heading), []);
    assert.equal(parseSwaps(undefined), undefined);
  });

  const heading = '#subsys_name\thierarchy\tnum_cgroups\tenabled\n';
  const controllers: [
    title: string,
    root: string | undefined,
    cgroups: string | undefined,
    expected: boolean | undefined,
  ][] = [
    ['version 2 with it', 'cpuset cpu io memory pids\n', undefined, true],
    ['version 2 with it, which a newer kernel does not list', 'cpu memory\n', `${heading}cpu\t0\t66\t1\n`, true],
    ['a Raspberry Pi as it comes', 'cpuset cpu io pids\n', `${heading}memory\t0\t66\t0\n`, false],
    ['a Raspberry Pi as it comes, which does not list it', 'cpuset cpu io pids\n', heading, false],
    ['version 1 with it', undefined, `${heading}memory\t4\t19\t1\n`, true],
    ['version 1 with it, beside version 2', 'cpu\n', `${heading}memory\t4\t19\t1\n`, true],
    ['version 1 without', undefined, `${heading}memory\t0\t1\t0\n`, false],
    ['no cgroups', undefined, undefined, undefined],
  ];
  for (const [title, root, cgroups, expected] of controllers) {
    test(`has the memory controller: ${title}`, () => assert.equal(hasMemoryController(root, cgroups), expected));
  }

  test('has the word in brackets of a choice', () => {
    assert.equal(parseChoice('always [madvise] never\n'), 'madvise');
    assert.equal(parseChoice(''), undefined);
  });

  test('has the pretty name of its system', () => {
    const name = 'Debian GNU/Linux 12 (bookworm)';
    assert.equal(parseSystemName(`ID=debian\nPRETTY_NAME="${name}"\n`), name);
    assert.equal(parseSystemName('ID=debian\n'), undefined);
  });

  test('matches this machine', () => {
    const machine = readMachine();
    assert.deepEqual(machineSchema.parse(machine), machine);
    assert.deepEqual([machine.hostname, machine.memoryTotalBytes], [hostname(), totalmem()]);
    assert.equal(machine.node, process.versions.node);
    assert.ok(machine.pageBytes >= 4_096);
  });
});
