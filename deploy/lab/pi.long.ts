import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { until } from '../../bench/testing/processes.ts';
import { nodeFor } from '../locked-packages.ts';
import { guest, type Lab, lastRun, startLab } from '../testing/lab.ts';

/**
 * Deploys to an emulated machine like a Raspberry Pi: arm64, systemd, sudo, 4 GB. It is slow, and its figures say nothing
 * about a Pi. LAB names a folder with a `vm.sh`; RECORD, if set, names a folder that gets the run of both servers.
 */
const lab = process.env.LAB;
const skip = lab === undefined && 'LAB names no folder with a vm.sh';
const hour = 3_600_000;

/** Options that an emulated machine and a busy fleet can sustain: few clients, long intervals. */
const lightLoad = [
  ...['--profile', 'smoke', '--interval-ms', '4000', '--memory-clients', '5', '--clients', '10'],
  ...['--connect-timeout-s', '60', '--limit-s', '300', '--max-lateness', '1', '--max-fleet-busy', '1'],
];

/** Lists servers; the brackets keep the pattern from matching the shell that runs it. */
const serversThere = 'pgrep -f "[s]erver[.]js"; true';

/** Prints everything that a run could leave or change: files, units, processes, settings. */
const printState = [
  'find /home/pi /tmp /var/tmp /etc /run -xdev -not -path "/run/systemd/*" -not -path "/run/log/*" -not -path "/run/user/*"',
  '-not -path "/run/sudo/*" -not -path "/tmp/systemd-private-*" -printf "%p %m %U\\n" 2> /dev/null | sort;',
  'systemctl list-units --all --plain --no-legend "pi-websocket-bench*" | cut -d " " -f 1;',
  'pgrep -af "[.]pi-websocket-bench/releases";',
  'cd /proc/sys && cat net/core/somaxconn net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_mem net/ipv4/ip_local_port_range',
  'vm/max_map_count kernel/threads-max kernel/pid_max fs/nr_open fs/file-max; true',
].join(' ');

describe('a Raspberry Pi, emulated', { skip, timeout: hour }, () => {
  let pi: Lab;
  let stateBefore: string;
  before(async () => {
    // Fetches it now, because the network namespace of the lab only reaches the virtual machine.
    await nodeFor('arm64', new AbortController().signal);
    pi = await startLab(lab ?? '');
    stateBefore = pi.there(printState);
  });
  afterEach(() => pi.killStarted());
  after(() => pi[Symbol.asyncDispose]());

  async function ends(words: string[], exitCode = 0) {
    const run = await pi.bench(...words);
    assert.equal(run.exitCode, exitCode, `${run.stdout}\n${run.stderr}`);
    return run;
  }
  const compare = (...words: string[]) => ['compare', '--target', guest, '--results', pi.results, ...words];

  test('gets the missing files once', async () => {
    const first = await ends(['deploy', guest]);
    assert.match(first.stdout, /Raspberry Pi 4 Model B.*arm64/);
    assert.match(first.stdout, /\d+ files shipped/);
    assert.match(first.stdout, /systemd units, with 1048576 descriptors/);
    const second = await ends(['deploy', guest]);
    assert.match(second.stdout, /no file was missing/);
  });

  test('is tuned, runs both servers, and has its old settings afterwards', async () => {
    await ends(compare(...lightLoad, '--tune'));
    const { folder, table, record } = lastRun(pi.results);
    if (process.env.RECORD !== undefined) cpSync(folder, process.env.RECORD, { recursive: true });
    assert.match(table(), /Servers: Raspberry Pi 4 Model B.*arm64/);
    assert.match(table(), /Fleet on another machine/);
    assert.match(record(), /"type":"limits","server":\{[^}]*"somaxconn":4096[^}]*"synBacklog":(?!256)\d+/);
    for (const row of [/^\| Memory at 5 clients +\| +\d+ MB \|/m, /^\| Max clients connected +\| +≥ 10 \|/m])
      assert.match(table(), row);
    assert.equal(pi.there('cat /proc/sys/net/ipv4/tcp_max_syn_backlog').trim(), '256');
    assert.equal(pi.there('ls /run/pi-websocket-bench').trim(), '');
  });

  test('reports that the kernel killed a server whose cgroup ran out of memory', async () => {
    const words = ['--contenders', 'blocking', '--only', 'connected', '--clients', '20', '--server-memory-mb', '140'];
    await ends(compare(...lightLoad, ...words));
    const { table } = lastRun(pi.results);
    assert.match(
      table(),
      /cgroup memory limit: the kernel killed the server at \d+ clients in its cgroup, limited to 147 MB/,
    );
  });

  test('reports that the kernel killed a server on a machine that ran out of memory', async () => {
    const words = ['--contenders', 'async', '--only', 'connected', '--clients', '20000', '--memory-guard', '0'];
    const child = pi.start(...compare(...lightLoad, ...words));
    const ended = once(child, 'close');
    await until('clients connect', () => clientsOpen() > 50, 300_000);
    // sysrq f makes the kernel kill a process as if it had run out of memory: first those that systemd marks with an
    // oom_score_adj above 0, then the largest, which is the server and not its agent. A single login repeats it, because
    // each login brings more marked processes.
    const turn = `${serversThere.replace('; true', ' > /dev/null')} || break; echo f > /proc/sysrq-trigger; sleep 3`;
    pi.there(`sudo sh -c 'for turn in 1 2 3 4 5 6 7 8; do ${turn}; done'`);
    await ended;
    assert.match(
      lastRun(pi.results).table(),
      /kernel OOM killer: the kernel's OOM killer killed the server at \d+ clients/,
    );
  });

  function clientsOpen(): number {
    const text = pi.there('cat /proc/net/tcp /proc/net/tcp6 | grep -c " 01 "; true');
    return Number(text.trim());
  }

  test('stops servers and puts settings back when the harness is killed, and the run is resumed', async () => {
    const words = compare(...lightLoad, '--contenders', 'async', '--only', 'connected', '--clients', '500', '--tune');
    const child = pi.start(...words);
    const isRunning = () => pi.there(serversThere) !== '';
    const isTuned = () => pi.there('cat /proc/sys/net/ipv4/tcp_max_syn_backlog').trim() !== '256';
    await until('a server runs', () => isRunning() && isTuned(), 300_000);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await until('settings are put back', () => !isTuned(), 60_000);
    assert.ok(isRunning(), 'the server waits for a resumed run');
    await until('the server has ended by itself', () => !isRunning(), 180_000);
    const { folder } = lastRun(pi.results);
    await ends(['compare', '--target', guest, '--resume', folder]);
    const { record } = lastRun(pi.results);
    assert.match(record(), /"type":"spool","trial":"connected-1-async[^"]*","line":\{"type":"end"/);
    await ends(['deploy-restore', guest]);
  });

  test('is in its old state after a clean', async () => {
    await ends(['deploy', guest, '--clean']);
    assert.deepEqual(pi.there(printState).split('\n'), stateBefore.split('\n'));
  });

  test('runs servers without sudo, with the limits of a login, and warns of it', async () => {
    pi.there('sudo rm -f /etc/sudoers.d/*');
    const { stdout } = await ends(['deploy', guest]);
    assert.match(stdout, /may not act as root/);
    assert.match(stdout, /processes of the user, with the limits of a login/);
    await ends(compare(...lightLoad, '--contenders', 'async', '--only', 'memory', '--tune'));
    const { table } = lastRun(pi.results);
    assert.match(table(), /Warning: .*log in as root there, or allow sudo without a password/);
    await ends(['deploy', guest, '--clean']);
    assert.equal(pi.there('ls -A /home/pi | grep -c websocket; true').trim(), '0');
  });
});
