import assert from 'node:assert/strict';
import { hostname, totalmem } from 'node:os';
import { describe, test } from 'node:test';
import { machineSchema } from '../contract/machine.ts';
import { hasAes, parseChoice, parseSystemName, readMachine } from './identity.ts';

describe('what a machine says of itself', () => {
  const cpus: [title: string, text: string, expected: boolean][] = [
    ['an x86-64 CPU with AES instructions', 'model name : x\nflags\t\t: fpu sse2 aes avx\n', true],
    ['an x86-64 CPU without', 'flags\t\t: fpu sse2 avx\n', false],
    ['a Raspberry Pi 5', 'Features\t: fp asimd evtstrm aes pmull sha1\n', true],
    ['a Raspberry Pi 4', 'Features\t: fp asimd evtstrm crc32 cpuid\n', false],
    ['a flag that only begins like it', 'flags : vaes\n', false],
  ];
  for (const [title, text, expected] of cpus) test(`has AES: ${title}`, () => assert.equal(hasAes(text), expected));

  test('is the word in brackets of a choice', () => {
    assert.equal(parseChoice('always [madvise] never\n'), 'madvise');
    assert.equal(parseChoice(''), undefined);
  });

  test('is the pretty name of its system', () => {
    const name = 'Debian GNU/Linux 12 (bookworm)';
    assert.equal(parseSystemName(`ID=debian\nPRETTY_NAME="${name}"\n`), name);
    assert.equal(parseSystemName('ID=debian\n'), undefined);
  });

  test('is what this one is', () => {
    const machine = readMachine();
    assert.deepEqual(machineSchema.parse(machine), machine);
    assert.deepEqual([machine.hostname, machine.memoryTotalBytes], [hostname(), totalmem()]);
    assert.equal(machine.node, process.versions.node);
    assert.ok(machine.pageBytes >= 4_096);
  });
});
