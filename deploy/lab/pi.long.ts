import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { until } from '../../bench/testing/processes.ts';
import { nodeFor } from '../locked-packages.ts';
import { guest, type Lab, lastRun, startLab } from '../testing/lab.ts';

/**
 * The deploy on a machine like a Raspberry Pi: arm64, systemd, sudo, 4 GB, emulated. Slow; nothing that it takes or
 * allows is like a Pi's. LAB names a folder with a `vm.sh`; RECORD, if set, a folder that gets the run of both servers.
 */
const lab = process.env.LAB;
const skip = lab === undefined && 'LAB names no folder with a vm.sh';
const hour = 3_600_000;

/** What an emulated machine can keep, and a busy one beside it: few clients, seldom. */
const gently = [
  ...['--profile', 'smoke', '--interval-ms', '4000', '--memory-clients', '5', '--clients', '10'],
  ...['--connect-timeout-s', '60', '--limit-s', '300', '--max-lateness', '1', '--max-fleet-busy', '1'],
];

/** Not to be found is the shell that looks. */
const serversThere = 'pgrep -f "[s]erver[.]js"; true';

/** Whatever a run could leave or change: files, units, processes, settings. */
const everything = [
  'find /home/pi /tmp /var/tmp /etc /run -xdev -not -path "/run/systemd/*" -not -path "/run/log/*" -not -path "/run/user/*"',
  '-not -path "/run/sudo/*" -not -path "/tmp/systemd-private-*" -printf "%p %m %U\\n" 2> /dev/null | sort;',
  'systemctl list-units --all --plain --no-legend "pi-websocket-bench*" | cut -d " " -f 1;',
  'pgrep -af "[.]pi-websocket-bench/releases";',
  'cd /proc/sys && cat net/core/somaxconn net/ipv4/tcp_max_syn_backlog net/ipv4/tcp_mem net/ipv4/ip_local_port_range',
  'vm/max_map_count kernel/threads-max kernel/pid_max fs/nr_open fs/file-max; true',
].join(' ');

describe('a Raspberry Pi, emulated', { skip, timeout: hour }, () => {
  let pi: Lab;
  let before0: string;
  before(async () => {
    // Here: where the machine is reached from, nothing else is.
    await nodeFor('arm64', new AbortController().signal);
    pi = await startLab(lab ?? '');
    before0 = pi.there(everything);
  });
  afterEach(() => pi.killStarted());
  after(() => pi[Symbol.asyncDispose]());

  async function ends(words: string[], exitCode = 0) {
    const run = await pi.bench(...words);
    assert.equal(run.exitCode, exitCode, `${run.stdout}\n${run.stderr}`);
    return run;
  }
  const compare = (...words: string[]) => ['compare', '--target', guest, '--results', pi.results, ...words];

  test('is given what it lacks, once', async () => {
    const first = await ends(['deploy', guest]);
    assert.match(first.stdout, /Raspberry Pi 4 Model B.*arm64/);
    assert.match(first.stdout, /\d+ files shipped/);
    assert.match(first.stdout, /units of systemd's, with 1048576 descriptors/);
    const second = await ends(['deploy', guest]);
    assert.match(second.stdout, /nothing was missing/);
  });

  test('is tuned, runs both servers, and is as it was afterwards', async () => {
    await ends(compare(...gently, '--tune'));
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

  test('says that a server was killed for lack of memory when its cgroup has no more', async () => {
    const words = ['--contenders', 'blocking', '--only', 'connected', '--clients', '20', '--server-memory-mb', '140'];
    await ends(compare(...gently, ...words));
    const { table } = lastRun(pi.results);
    assert.match(
      table(),
      /cgroup memory limit: the kernel killed the server at \d+ clients in its cgroup, limited to 147 MB/,
    );
  });

  test('says that a server was killed for lack of memory when the machine has no more', async () => {
    const words = ['--contenders', 'async', '--only', 'connected', '--clients', '20000', '--memory-guard', '0'];
    const child = pi.start(...compare(...gently, ...words));
    const ended = once(child, 'close');
    await until('clients connect', () => clientsOpen() > 50, 300_000);
    // sysrq f: the kernel looks for what to kill as when it has no memory left. It finds what systemd offers first
    // (oom_score_adj above 0), then the largest: the server, and not its agent. In one login: each brings more of them.
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

  test('is left by servers and settings when the harness is killed, and the run is gone on with', async () => {
    const words = compare(...gently, '--contenders', 'async', '--only', 'connected', '--clients', '500', '--tune');
    const child = pi.start(...words);
    const isRunning = () => pi.there(serversThere) !== '';
    const isTuned = () => pi.there('cat /proc/sys/net/ipv4/tcp_max_syn_backlog').trim() !== '256';
    await until('a server runs', () => isRunning() && isTuned(), 300_000);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await until('settings are put back', () => !isTuned(), 60_000);
    assert.ok(isRunning(), 'the server waits for somebody to come back');
    await until('the server has ended by itself', () => !isRunning(), 180_000);
    const { folder } = lastRun(pi.results);
    await ends(['compare', '--target', guest, '--resume', folder]);
    const { record } = lastRun(pi.results);
    assert.match(record(), /"type":"spool","trial":"connected-1-async[^"]*","line":\{"type":"end"/);
    await ends(['deploy-restore', guest]);
  });

  test('is as before when it was cleaned', async () => {
    await ends(['deploy', guest, '--clean']);
    assert.deepEqual(pi.there(everything).split('\n'), before0.split('\n'));
  });

  test('runs servers without sudo too, with the limits of a login, and says so', async () => {
    pi.there('sudo rm -f /etc/sudoers.d/*');
    const { stdout } = await ends(['deploy', guest]);
    assert.match(stdout, /may not act as root/);
    assert.match(stdout, /processes of the user, with the limits of a login/);
    await ends(compare(...gently, '--contenders', 'async', '--only', 'memory', '--tune'));
    const { table } = lastRun(pi.results);
    assert.match(table(), /Warning: .*it takes root there, or sudo without a password/);
    await ends(['deploy', guest, '--clean']);
    assert.equal(pi.there('ls -A /home/pi | grep -c websocket; true').trim(), '0');
  });
});
