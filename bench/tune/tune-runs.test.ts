import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createSysctls, type TestSysctls } from '../testing/sysctls.ts';
import type { Raise, Setting } from './settings.ts';
import { restore, tune } from './tune.ts';

const maps: Raise = { setting: 'vm.max_map_count', value: '2097152' };
const threads: Raise = { setting: 'kernel.threads-max', value: '65536' };
const ports: Raise = { setting: 'net.ipv4.ip_local_port_range', value: '1024 65535' };

let sysctls: TestSysctls;
beforeEach(() => {
  sysctls = createSysctls();
});
afterEach(() => sysctls.remove());

const get = (setting: Setting) => sysctls.get(setting);
function tuned(...raises: Raise[]) {
  const { stateFile, root } = sysctls;
  return tune({ raises, stateFile, root, isRoot: true });
}
const putBack = () => restore(sysctls.stateFile, sysctls.root);

const tuneUrl = new URL('./tune.ts', import.meta.url).href;

/** What another process runs: it tunes, and prints what it raised as a line. */
function programOf(before: string, after: string): string {
  const { stateFile, root } = sysctls;
  const options = { raises: [maps, threads], stateFile, root, isRoot: true };
  return `${before}
    const { tune } = await import(${JSON.stringify(tuneUrl)});
    console.log(JSON.stringify(tune(${JSON.stringify(options)})));
    ${after}`;
}

/** Stays until it is killed. */
function otherRun(before = ''): ChildProcess {
  const program = programOf(before, 'setInterval(() => {}, 1_000);');
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}
async function lineOf({ stdout }: ChildProcess): Promise<unknown> {
  assert.ok(stdout);
  const [line] = await once(createInterface({ input: stdout }), 'line');
  return JSON.parse(String(line));
}
async function kill(other: ChildProcess): Promise<void> {
  if (other.exitCode !== null || other.signalCode !== null) return;
  other.kill('SIGKILL');
  await once(other, 'exit');
}

/** The first list that is not empty. */
async function until<Item>(list: () => ArrayLike<Item>): Promise<ArrayLike<Item>> {
  for (;;) {
    const items = list();
    if (items.length > 0) return items;
    await setTimeout(10);
  }
}

describe('another run', () => {
  test('that goes on keeps what it has raised, and once it was killed that is put back', async (t) => {
    const other = otherRun();
    t.after(() => kill(other));
    await lineOf(other);
    assert.equal(get('vm.max_map_count'), '2097152');

    assert.deepEqual(putBack(), []);
    const { raised, warnings } = tuned(ports);
    assert.deepEqual(raised, []);
    assert.deepEqual(warnings, [
      `--tune raised nothing: another run (process ${other.pid}) goes on, and has raised settings for itself`,
    ]);
    assert.equal(get('vm.max_map_count'), '2097152');
    assert.equal(sysctls.stateFiles().length, 1);

    await kill(other);
    assert.deepEqual(
      tuned(ports).raised.map(({ setting }) => setting),
      ['net.ipv4.ip_local_port_range'],
    );
    assert.equal(get('vm.max_map_count'), '65530');
    assert.equal(get('kernel.threads-max'), '30000');
    putBack();
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('that was killed between its first write and its second is put back whole', async () => {
    const other = otherRun(`
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const original = fs.writeFileSync;
      fs.writeFileSync = (file, ...rest) => {
        if (String(file).includes('threads-max')) process.kill(process.pid, 'SIGKILL');
        original(file, ...rest);
      };
      syncBuiltinESMExports();`);
    await once(other, 'exit');
    assert.equal(get('vm.max_map_count'), '2097152');
    assert.equal(get('kernel.threads-max'), '30000');
    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('is not taken to go on because nobody has waited for its process', async (t) => {
    const program = programOf('', 'process.kill(process.pid, "SIGKILL");');
    const negligent = spawn(
      'sh',
      ['-c', '"$0" --input-type=module --eval "$1" & exec sleep 60', process.execPath, program],
      { stdio: 'ignore' },
    );
    t.after(() => kill(negligent));
    const names = await until(() => sysctls.stateFiles().filter((file) => !file.endsWith('.tmp')));
    const [, pid] = /\.(\d+)-/.exec(names[0] ?? '') ?? [];
    await until(() => /\) Z /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []);
    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('is not taken to go on because a later process has its number', () => {
    tuned(maps);
    const [name = ''] = sysctls.stateFiles();
    const file = join(dirname(sysctls.stateFile), name);
    // Of this process, but started at another time.
    renameSync(file, `${sysctls.stateFile}.${process.pid}-1`);
    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('and a damaged file of one leave things as they are, and it is said where', () => {
    mkdirSync(dirname(sysctls.stateFile));
    writeFileSync(`${sysctls.stateFile}.${process.pid}-1`, '[{"sysctl":"vm.max');
    assert.match(putBack().join(), /were not put back, because .*tuned\.\* could not be used/);
    const { raised, warnings } = tuned(maps);
    assert.deepEqual(raised, []);
    assert.ok(warnings.length > 0);
    assert.equal(sysctls.stateFiles().length, 1);
  });

  const forgeries: [title: string, claim: unknown][] = [
    ['a file that is no setting', { setting: 'kernel.core_pattern', old: '|/bin/sh', ours: '65536' }],
    ['a path', { setting: 'cpufreq/policy0/../../../../../etc/scaling_governor', old: 'a', ours: 'b' }],
    ['a path behind a policy', { setting: 'cpufreq/policy0/scaling_governor/../x', old: 'a', ours: 'b' }],
    ['a value that is no number', { setting: 'vm.max_map_count', old: '1\n2', ours: '65530' }],
    ['a value of another kind', { setting: 'vm.max_map_count', old: '1 2 3', ours: '65530' }],
    ['a governor that is no word', { setting: 'cpufreq/policy0/scaling_governor', old: '../x', ours: 'performance' }],
  ];
  for (const [title, claim] of forgeries) {
    test(`and a file that tells of ${title} is not believed`, () => {
      mkdirSync(dirname(sysctls.stateFile));
      writeFileSync(`${sysctls.stateFile}.${process.pid}-1`, JSON.stringify([claim]));
      assert.match(putBack().join(), /were not put back, because .*tuned\.\* could not be used/);
      assert.equal(get('vm.max_map_count'), '65530');
    });
  }

  const strangers: [title: string, make: (file: string) => void][] = [
    ['its group can write', (file) => chmodSync(file, 0o664)],
    ['anybody can write', (file) => chmodSync(file, 0o646)],
    [
      'is a link',
      (file) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
    ],
    ...(process.geteuid?.() === 0
      ? [["is somebody else's", (file) => chownSync(file, 1, 1)] satisfies [string, (file: string) => void]]
      : []),
  ];
  for (const [title, make] of strangers) {
    test(`and a file of one that ${title} is not gone by, and nothing is raised beside it`, () => {
      mkdirSync(dirname(sysctls.stateFile));
      const file = `${sysctls.stateFile}.${process.pid}-1`;
      writeFileSync(file, JSON.stringify([{ ...maps, old: '1', ours: '65530' }]), { mode: 0o600 });
      make(file);
      assert.match(putBack().join(), /^what .*tuned\.\d+-1 says was raised is not put back, because others could have/);
      const { raised, warnings } = tuned(threads);
      assert.deepEqual(raised, []);
      assert.match(warnings.join(), /others could have written it.*could not be put back first$/);
      assert.equal(get('vm.max_map_count'), '65530');
      assert.ok(sysctls.stateFiles().includes(basename(file)));
    });
  }

  test('of root is left to root', {
    skip: process.geteuid?.() !== 0 && 'there is no other user to be: run as root',
  }, () => {
    mkdirSync(dirname(sysctls.stateFile));
    const file = `${sysctls.stateFile}.${process.pid}-1`;
    writeFileSync(file, JSON.stringify([{ ...maps, old: '1', ours: '65530' }]), { mode: 0o600 });
    for (const folder of [dirname(sysctls.root), dirname(sysctls.stateFile)]) chmodSync(folder, 0o777);
    const program = `const { restore } = await import(${JSON.stringify(tuneUrl)});
      console.log(JSON.stringify(restore(${JSON.stringify(sysctls.stateFile)}, ${JSON.stringify(sysctls.root)})));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      uid: 65_534,
      cwd: '/',
      encoding: 'utf8',
    });
    assert.match(
      stdout,
      /^\["what the run of process \d+ has raised is not put back, because that takes root: /,
      stderr,
    );
    assert.deepEqual(sysctls.stateFiles(), [basename(file)]);
  });

  test('cannot be made to believe that a file is its own', () => {
    tuned(maps);
    const [name = ''] = sysctls.stateFiles();
    chmodSync(join(dirname(sysctls.stateFile), name), 0o666);
    assert.match(putBack().join(), /could not be used \(what .* because others could have written it/);
    assert.equal(get('vm.max_map_count'), '2097152');
  });

  test('among several that begin at once: one raises at most, and all is put back', async (t) => {
    const others = Array.from({ length: 4 }, () => otherRun());
    t.after(() => Promise.all(others.map(kill)));
    const lines = await Promise.all(others.map(lineOf));
    const raising = lines.filter((line) => JSON.stringify(line).includes('"from":"65530"'));
    assert.ok(raising.length <= 1, JSON.stringify(lines));
    assert.ok(!JSON.stringify(lines).includes('"from":"2097152"'));
    await Promise.all(others.map(kill));
    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });
});

/** A network namespace has its own range of ports: what is done in it is done to nobody. */
const inNamespace = spawnSync('unshare', ['--net', 'true']).status === 0;

test('the kernel takes the range of ports, and takes it back after a crash', {
  skip: !inNamespace && 'unshare --net is not permitted here: run as root',
}, () => {
  const raises = JSON.stringify([ports]);
  const program = (body: string) => `
    const { tune, restore } = await import(${JSON.stringify(tuneUrl)});
    const { readFileSync } = await import('node:fs');
    const range = () => readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\\s+/).join(' ');
    const stateFile = ${JSON.stringify(sysctls.stateFile)};
    ${body}`;
  const crashing = `console.log(range()); tune({ raises: ${raises}, stateFile }); console.log(range());
    process.kill(process.pid, 'SIGKILL');`;
  const next = 'console.log(JSON.stringify(restore(stateFile))); console.log(range());';
  const { stdout, stderr } = spawnSync(
    'unshare',
    [
      '--net',
      'sh',
      '-c',
      '"$0" --input-type=module -e "$1"; "$0" --input-type=module -e "$2"',
      process.execPath,
      program(crashing),
      program(next),
    ],
    { encoding: 'utf8' },
  );
  const lines = stdout.trim().split('\n');
  assert.deepEqual(lines, [lines[0], '1024 65535', '[]', lines[0]], stderr);
  assert.notEqual(lines[0], '1024 65535');
  assert.deepEqual(sysctls.stateFiles(), []);
});
