import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, machine, tmpdir, type, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { adminFlagFile, factsScript, type HostFacts, parseFacts } from './facts.ts';

const shells: [name: string, command: readonly [string, ...string[]]][] = [
  ['sh', ['sh']],
  ['dash', ['dash']],
  ['bash', ['bash']],
  ['busybox sh', ['busybox', 'sh']],
];

/** Runs the script like a login shell, which may print a greeting first. */
function factsFrom(
  [program, ...words]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = {},
): HostFacts {
  const { status, stdout, stderr } = spawnSync(
    program,
    [...words, '-c', `echo "Welcome, kernel Plan9"; exec ${[program, ...words].join(' ')} -c '${factsScript}'`],
    { encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  assert.deepEqual([status, stderr], [0, '']);
  return parseFacts(stdout.split('\n'));
}

describe('the facts of this machine', { skip: process.platform !== 'linux' }, () => {
  for (const [name, command] of shells) {
    const isMissing = spawnSync(command[0], ['-c', 'true']).error !== undefined;
    test(`are found by ${name}`, { skip: isMissing && `there is no ${command[0]}` }, () => {
      const before = Date.now();
      const facts = factsFrom(command);
      const uid = process.getuid?.();
      assert.partialDeepStrictEqual(facts, {
        kernel: type(),
        machine: machine(),
        userBits: 64,
        userId: uid,
        user: userInfo().username,
        home: homedir(),
        glibc: glibcHere(),
        // Node does not start without libatomic, so this machine has it.
        hasLibatomic: true,
        hasSystemd: existsSync('/run/systemd/system'),
        controllers: read('/sys/fs/cgroup/cgroup.controllers').split(/\s+/).filter(Boolean),
        cpuHasAes: /^(flags|Features)\s*:.*\baes\b/m.test(read('/proc/cpuinfo')),
      });
      const { bavail, bsize } = statfsSync(homedir());
      assert.ok(Math.abs((facts.freeBytes ?? 0) - bavail * bsize) < 1e9, `${facts.freeBytes} of ${bavail * bsize}`);
      assert.ok(facts.clockMilliseconds >= before - 1_000 && facts.clockMilliseconds <= Date.now());
    });
  }
});

describe('the facts of another machine', { skip: process.platform !== 'linux' }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-facts-'));
    // Replacements of system programs: they imitate a Raspberry Pi with 32-bit programs.
    const programs = {
      uname: 'case $1 in -s) echo Linux ;; -m) echo aarch64 ;; esac',
      getconf: 'case $1 in LONG_BIT) echo 32 ;; *) exit 1 ;; esac',
      ldconfig: 'echo "	libatomic.so.1 ($LIBATOMIC) => /somewhere/libatomic.so.1"',
      df: 'printf "%s\\n" "Filesystem 1024-blocks Used Available Capacity Mounted on" "//nas/my files 300 100 200 34% /home/my pi"',
      date: 'echo "1700000000.%N"',
      sudo: 'echo "a password is required" >&2; exit 1',
      id: 'case $1 in -u) echo 1000 ;; *) exit 1 ;; esac',
    };
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const factsThere = (environment: NodeJS.ProcessEnv) =>
    factsFrom(['sh'], { PATH: [folder, process.env.PATH].join(delimiter), ...environment });

  test('with spaces in names, another C library, and a date without fractions', () => {
    assert.partialDeepStrictEqual(factsThere({ HOME: '/home/my pi' }), {
      kernel: 'Linux',
      machine: 'aarch64',
      userBits: 32,
      userId: 1_000,
      user: undefined,
      home: '/home/my pi',
      glibc: undefined,
      hasLibatomic: false,
      freeBytes: 200 * 1_024,
      hasSudo: false,
      clockMilliseconds: 1_700_000_000_000,
    });
  });

  test('leave no admin flag where sudo was never used, and keep an existing one', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const flag = join(home, adminFlagFile);
    // Debian's sudo makes this file.
    await writeFile(join(folder, 'sudo'), '#!/bin/sh\ntouch "$HOME/.sudo_as_admin_successful"\n');
    assert.equal(factsThere({ HOME: home }).hasAdminFlag, false);
    assert.equal(existsSync(flag), false);
    await writeFile(flag, '');
    assert.equal(factsThere({ HOME: home }).hasAdminFlag, true);
    assert.equal(existsSync(flag), true);
  });

  const libraries: [kind: string, isForNode: boolean][] = [
    ['libc6,AArch64', true],
    ['libc6,x86-64, OS ABI: Linux 3.2.0', true],
    ['libc6,hard-float', false],
    ['libc6', false],
  ];
  for (const [kind, isForNode] of libraries) {
    test(`with a libatomic for ${kind}`, () => {
      assert.equal(factsThere({ LIBATOMIC: kind }).hasLibatomic, isForNode);
    });
  }
});

const lines = Object.entries({
  kernel: 'Linux',
  machine: 'aarch64',
  userBits: '64',
  userId: '1000',
  user: 'pi',
  home: '/home/pi',
  cLibrary: 'glibc 2.41',
  libatomic: 'yes',
  freeKibibytes: '1000',
  systemd: 'yes',
  sudo: 'no',
  marked: 'no',
  controllers: 'cpu memory',
  aes: 'yes',
  clockSeconds: '1700000000.250000000',
}).map(([name, value]) => `pi-websocket-bench: ${name} ${value}`);

const parsed: [line: string, expected: Partial<HostFacts>][] = [
  ['libatomic unknown', { hasLibatomic: undefined }],
  ['libatomic no', { hasLibatomic: false }],
  ['userBits unknown', { userBits: undefined }],
  ['freeKibibytes unknown', { freeBytes: undefined }],
  ['freeKibibytes 0', { freeBytes: 0 }],
  ['user unknown', { user: undefined }],
  ['cLibrary none', { glibc: undefined }],
  ['cLibrary glibc 2.28-rc1 (vendor)', { glibc: '2.28-rc1' }],
  ['controllers ', { controllers: [] }],
  ['clockSeconds 1700000000.N', { clockMilliseconds: 1_700_000_000_000 }],
  ['clockSeconds 1700000000.25', { clockMilliseconds: 1_700_000_000_250 }],
];

describe('the line', () => {
  for (const [line, expected] of parsed) {
    test(`"${line}" is a fact`, () => {
      assert.partialDeepStrictEqual(parseFacts([...lines, `pi-websocket-bench: ${line}`]), expected);
    });
  }

  const refused = ['libatomic perhaps', 'userId pi', 'cLibrary musl', 'freeKibibytes -', 'clockSeconds now', 'sudo '];
  for (const line of refused) {
    test(`"${line}" is refused`, () => {
      assert.throws(() => parseFacts([...lines, `pi-websocket-bench: ${line}`]), {
        code: 'PROCESS_FAILED',
        message: /^the machine does not report what it is: install a POSIX sh there\n.*at \w+/s,
      });
    });
  }

  test('of another form is ignored', () => {
    const others = ['kernel Plan9', '> pi-websocket-bench: kernel Plan9', 'pi-websocket-bench: kernel'];
    assert.equal(parseFacts([...lines, ...others]).kernel, 'Linux');
  });

  test('of each fact is needed', () => {
    for (const line of lines) {
      assert.throws(() => parseFacts(lines.filter((other) => other !== line)), { code: 'PROCESS_FAILED' }, line);
    }
  });
});

test('the script has no single quote, so that any shell can quote it', () => assert.ok(!factsScript.includes("'")));

function glibcHere(): string | undefined {
  const found = spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim().replace('glibc ', '') : undefined;
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
