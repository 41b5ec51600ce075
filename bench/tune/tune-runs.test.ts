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

/** A program for another process: it tunes, and prints a line with what it raised. */
function programOf(before: string, after: string): string {
  const { stateFile, root } = sysctls;
  const options = { raises: [maps, threads], stateFile, root, isRoot: true };
  return `${before}
    const { tune } = await import(${JSON.stringify(tuneUrl)});
    console.log(JSON.stringify(tune(${JSON.stringify(options)})));
    ${after}`;
}

/** A run that stays until it is killed. */
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
  test('that is running keeps what it raised, and loses it after a kill', async (t) => {
    const other = otherRun();
    t.after(() => kill(other));
    await lineOf(other);
    assert.equal(get('vm.max_map_count'), '2097152');

    assert.deepEqual(putBack(), []);
    const { raised, warnings } = tuned(ports);
    assert.deepEqual(raised, []);
    assert.deepEqual(warnings, [
      `--tune raised nothing: another run (process ${other.pid}) is running, and has raised settings for itself`,
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

  test('that was killed between two writes is put back whole', async () => {
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

  test('does not count as running while it is a zombie', async (t) => {
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

  test('does not count as running because a later process has its number', () => {
    tuned(maps);
    const [name = ''] = sysctls.stateFiles();
    const file = join(dirname(sysctls.stateFile), name);
    // The number of this process with another start time.
    renameSync(file, `${sysctls.stateFile}.${process.pid}-1`);
    assert.deepEqual(putBack(), []);
    assert.equal(get('vm.max_map_count'), '65530');
    assert.deepEqual(sysctls.stateFiles(), []);
  });

  test('with a damaged claim leaves settings as they are, with a warning that names the file', () => {
    mkdirSync(dirname(sysctls.stateFile));
    writeFileSync(`${sysctls.stateFile}.${process.pid}-1`, '[{"sysctl":"vm.max');
    assert.match(putBack().join(), /were not put back, because .*tuned\.\* could not be used/);
    const { raised, warnings } = tuned(maps);
    assert.deepEqual(raised, []);
    assert.ok(warnings.length > 0);
    assert.equal(sysctls.stateFiles().length, 1);
  });

  const forgeries: [title: string, claim: unknown][] = [
    ['a file that is not a setting', { setting: 'kernel.core_pattern', old: '|/bin/sh', ours: '65536' }],
    ['a path', { setting: 'cpufreq/policy0/../../../../../etc/scaling_governor', old: 'a', ours: 'b' }],
    ['a path behind a policy', { setting: 'cpufreq/policy0/scaling_governor/../x', old: 'a', ours: 'b' }],
    ['a value that is not a number', { setting: 'vm.max_map_count', old: '1\n2', ours: '65530' }],
    ['a value of another kind', { setting: 'vm.max_map_count', old: '1 2 3', ours: '65530' }],
    [
      'a governor that is not a word',
      { setting: 'cpufreq/policy0/scaling_governor', old: '../x', ours: 'performance' },
    ],
  ];
  for (const [title, claim] of forgeries) {
    test(`cannot have a claim on ${title}`, () => {
      mkdirSync(dirname(sysctls.stateFile));
      writeFileSync(`${sysctls.stateFile}.${process.pid}-1`, JSON.stringify([claim]));
      assert.match(putBack().join(), /were not put back, because .*tuned\.\* could not be used/);
      assert.equal(get('vm.max_map_count'), '65530');
    });
  }

  const strangers: [title: string, make: (file: string) => void][] = [
    ['its group can write', (file) => chmodSync(file, 0o664)],
    ['any user can write', (file) => chmodSync(file, 0o646)],
    [
      'is a link',
      (file) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
    ],
    ...(process.geteuid?.() === 0
      ? [["is another user's", (file) => chownSync(file, 1, 1)] satisfies [string, (file: string) => void]]
      : []),
  ];
  for (const [title, make] of strangers) {
    test(`with a claim that ${title} is not put back, and nothing is raised beside it`, () => {
      mkdirSync(dirname(sysctls.stateFile));
      const file = `${sysctls.stateFile}.${process.pid}-1`;
      writeFileSync(file, JSON.stringify([{ ...maps, old: '1', ours: '65530' }]), { mode: 0o600 });
      make(file);
      assert.match(
        putBack().join(),
        /^settings that .*tuned\.\d+-1 lists are not put back, because other users could have/,
      );
      const { raised, warnings } = tuned(threads);
      assert.deepEqual(raised, []);
      assert.match(warnings.join(), /other users could have written the file.*could not be put back first$/);
      assert.equal(get('vm.max_map_count'), '65530');
      assert.ok(sysctls.stateFiles().includes(basename(file)));
    });
  }

  test('by root is left to root', {
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
      /^\["settings that the run of process \d+ raised are not put back, because that takes root: /,
      stderr,
    );
    assert.deepEqual(sysctls.stateFiles(), [basename(file)]);
  });

  test('does not trust its own claim when other users can write it', () => {
    tuned(maps);
    const [name = ''] = sysctls.stateFiles();
    chmodSync(join(dirname(sysctls.stateFile), name), 0o666);
    assert.match(
      putBack().join(),
      /could not be used \(settings that .* because other users could have written the file/,
    );
    assert.equal(get('vm.max_map_count'), '2097152');
  });

  test('may begin together with others: at most one raises, and all is put back', async (t) => {
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

/** A network namespace has its own range of ports, so changes in it affect no other process. */
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
