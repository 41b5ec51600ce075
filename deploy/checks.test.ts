import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { architectureOf, canLimitMemory, canRunServices, checkHost, type HostNeeds } from './checks.ts';
import type { HostFacts } from './facts.ts';

/** A Raspberry Pi with default settings, except that the memory controller is on. */
const facts: HostFacts = {
  kernel: 'Linux',
  machine: 'aarch64',
  userBits: 64,
  userId: 1_000,
  user: 'pi',
  home: '/home/pi',
  glibc: '2.41',
  hasLibatomic: true,
  freeBytes: 20e9,
  hasSystemd: true,
  hasSudo: true,
  hasAdminFlag: true,
  controllers: ['cpu', 'memory', 'pids'],
  cpuHasAes: false,
  clockMilliseconds: 1_790_000_000_000,
};
const needs: HostNeeds = { destination: 'pi@pi4', neededBytes: 300e6, clockOffsetMilliseconds: 0 };

const met: [title: string, Partial<HostFacts>, Partial<HostNeeds>?][] = [
  ['a Raspberry Pi', {}],
  ['an x86-64 machine', { machine: 'x86_64' }],
  ['a machine that does not say whether its programs are 32-bit', { userBits: undefined }],
  ['the oldest C library', { glibc: '2.28' }],
  ['a C library of another major version', { glibc: '3.0' }],
  ['a libatomic that cannot be looked for', { hasLibatomic: undefined }],
  ['just enough space', { freeBytes: 300e6 }],
  ['an unknown amount of space', { freeBytes: undefined }],
  ['root without sudo', { hasSudo: false, userId: 0, user: 'root' }],
  ['a user without a name', { user: undefined }],
  ['a clock a little ahead', {}, { clockOffsetMilliseconds: 5_000 }],
  ['a clock a little behind', {}, { clockOffsetMilliseconds: -5_000 }],
];

describe('all checks are met by', () => {
  for (const [title, changed, changedNeeds] of met) {
    test(title, () => {
      const checks = checkHost({ ...facts, ...changed }, { ...needs, ...changedNeeds });
      assert.equal(checks.length, 8);
      for (const { isMet, found, remedy } of checks) assert.deepEqual([isMet, remedy], [true, undefined], found);
    });
  }
});

const newer = 'install Raspberry Pi OS, Debian or Ubuntu of 2019 or later';
const ownProcesses = 'or accept that servers run as your own processes, under your limits there';
const pi64 = 'install a 64-bit system, on a Raspberry Pi the 64-bit Raspberry Pi OS';
const other = 'choose a machine with a 64-bit Linux on arm64 or x86-64';
const setClock = 'run "sudo timedatectl set-ntp true" there and wait until the clock is right';
const invalid = ', outside the validity of the certificates';

const unmet: [name: string, isFatal: boolean, Partial<HostFacts>, Partial<HostNeeds>, sentence: string][] = [
  ['platform', true, { userBits: 32 }, {}, `pi@pi4 runs Linux on aarch64 with 32-bit programs: ${pi64}`],
  ['platform', true, { machine: 'armv7l' }, {}, `pi@pi4 runs Linux on armv7l: ${pi64}`],
  ['platform', true, { machine: 'riscv64' }, {}, `pi@pi4 runs Linux on riscv64: ${other}`],
  [
    'platform',
    true,
    { machine: 'x86_64', userBits: 32 },
    {},
    `pi@pi4 runs Linux on x86_64 with 32-bit programs: ${other}`,
  ],
  ['platform', true, { kernel: 'Darwin', machine: 'arm64' }, {}, `pi@pi4 runs Darwin on arm64: ${other}`],
  ['C library', true, { glibc: undefined }, {}, `pi@pi4 has no glibc, and Node needs 2.28 or newer: ${newer}`],
  ['C library', true, { glibc: '2.27' }, {}, `pi@pi4 has glibc 2.27, and Node needs 2.28 or newer: ${newer}`],
  ['C library', true, { glibc: '2.9' }, {}, `pi@pi4 has glibc 2.9, and Node needs 2.28 or newer: ${newer}`],
  ['C library', true, { glibc: '1.99' }, {}, `pi@pi4 has glibc 1.99, and Node needs 2.28 or newer: ${newer}`],
  [
    'libatomic',
    true,
    { hasLibatomic: false },
    {},
    'pi@pi4 lacks libatomic.so.1, which Node needs: run "sudo apt-get install libatomic1" there',
  ],
  [
    'disk space',
    true,
    { freeBytes: 299_999_999 },
    {},
    'pi@pi4 has 299 MB free in /home/pi, and 300 MB are needed: make room there',
  ],
  [
    'systemd',
    false,
    { hasSystemd: false },
    {},
    `pi@pi4 does not run systemd: choose a system with systemd, ${ownProcesses}`,
  ],
  [
    'sudo',
    false,
    { hasSudo: false },
    {},
    `pi may not act as root on pi@pi4 without a password: allow it in sudoers, ${ownProcesses}`,
  ],
  [
    'memory controller',
    false,
    { controllers: ['cpu', 'pids'] },
    {},
    'pi@pi4 ignores memory limits: add "cgroup_enable=memory cgroup_memory=1" to the one line of ' +
      '/boot/firmware/cmdline.txt there and reboot',
  ],
  ['clock', false, {}, { clockOffsetMilliseconds: 6_000 }, `the clock of pi@pi4 is 6 s ahead: ${setClock}`],
  ['clock', false, {}, { clockOffsetMilliseconds: -60_000 }, `the clock of pi@pi4 is 60 s behind: ${setClock}`],
  [
    'clock',
    true,
    {},
    { clockOffsetMilliseconds: -61_000 },
    `the clock of pi@pi4 is 61 s behind${invalid}: ${setClock}`,
  ],
  ['clock', false, {}, { clockOffsetMilliseconds: 86_400_000 }, `the clock of pi@pi4 is 86400 s ahead: ${setClock}`],
  [
    'clock',
    true,
    {},
    { clockOffsetMilliseconds: 86_401_000 },
    `the clock of pi@pi4 is 86401 s ahead${invalid}: ${setClock}`,
  ],
];

describe('exactly one check fails', () => {
  for (const [name, isFatal, changed, changedNeeds, sentence] of unmet) {
    test(sentence, () => {
      const checks = checkHost({ ...facts, ...changed }, { ...needs, ...changedNeeds }).filter(({ isMet }) => !isMet);
      assert.deepEqual(
        checks.map((check) => [check.name, check.isFatal, `${check.found}: ${check.remedy}`]),
        [[name, isFatal, sentence]],
      );
    });
  }
});

const abilities: [Partial<HostFacts>, canRun: boolean, canLimit: boolean][] = [
  [{}, true, true],
  [{ controllers: [] }, true, false],
  [{ hasSudo: false }, false, false],
  [{ hasSudo: false, userId: 0 }, true, true],
  [{ hasSystemd: false }, false, false],
  [{ hasSystemd: false, userId: 0 }, false, false],
];

test('servers run as services where systemd and root allow it, limited where the memory controller does', () => {
  for (const [changed, canRun, canLimit] of abilities) {
    const changedFacts = { ...facts, ...changed };
    assert.deepEqual(
      [canRunServices(changedFacts), canLimitMemory(changedFacts)],
      [canRun, canLimit],
      JSON.stringify(changed),
    );
  }
});

test('the architecture has the name that Node uses', () => {
  assert.equal(architectureOf(facts), 'arm64');
  assert.equal(architectureOf({ ...facts, machine: 'x86_64' }), 'x64');
  assert.throws(() => architectureOf({ ...facts, machine: 'armv7l' }), {
    code: 'PLATFORM',
    message: 'there is no Node for armv7l: choose a machine with a 64-bit Linux',
  });
});

test('the required C library is the one that the pinned Node is linked against', {
  skip: process.platform !== 'linux',
}, async () => {
  // The program file contains the names of the versions as plain text (ELF, .dynstr).
  const names = (await readFile(process.execPath)).toString('latin1').match(/(?<=\0GLIBC_2\.)\d+(?=[.\0])/g) ?? [];
  const minor = Math.max(...names.map(Number));
  const isMet = (glibc: string) => checkHost({ ...facts, glibc }, needs).every((check) => check.isMet);
  assert.deepEqual([isMet(`2.${minor}`), isMet(`2.${minor - 1}`)], [true, false], `2.${minor}`);
});
