import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { commandOf, descendants } from './processes.ts';

const program = '/usr/sbin/sshd';

/** Why tests cannot start an sshd here; false when they can. */
export const noSshd =
  process.platform === 'linux' && existsSync(program)
    ? false
    : `a Linux with ${program} is needed (apt-get install openssh-server)`;

/** An sshd on loopback that accepts one key for the user who runs the test. */
export interface TestSshd extends AsyncDisposable {
  /** Its path is in the command line of every ssh process of the test, so that tests find these processes. */
  folder: string;
  /** Home folder of a login there. */
  home: string;
  port: number;
  /** Writes a file for `ssh -F`, where "target" and "fleet" both name this sshd; `settings` replace working ones. */
  config(settings?: Record<string, string>): string;
  /** Kills the processes of all open connections, which has the effect of a lost connection. */
  cut(): void;
}

export interface SshdOptions {
  /** Shell scripts by the names of the programs that they replace there; `$real` is the path of the replaced program. */
  programs?: Record<string, string>;
  home?: string;
}

export async function startSshd({ programs = {}, ...options }: SshdOptions = {}): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-sshd-'));
  const home = options.home ?? join(folder, 'home');
  const bin = join(folder, 'bin');
  for (const made of [home, bin]) mkdirSync(made, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nreal=/usr/bin/${name}\n${script}\n`, { mode: 0o755 });
  }
  const path = (name: string) => join(folder, name);
  for (const name of ['host_key', 'client_key', 'other_key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  }
  const port = await freePort();
  writeFileSync(path('authorized_keys'), readFileSync(path('client_key.pub')));
  writeFileSync(path('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(path('host_key.pub'), 'utf8')}`);
  writeFileSync(path('wrong_hosts'), `[127.0.0.1]:${port} ${readFileSync(path('other_key.pub'), 'utf8')}`);
  writeFileSync(
    path('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${path('host_key')}`,
      `AuthorizedKeysFile ${path('authorized_keys')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PidFile none',
      `SetEnv PATH=${bin}:/usr/bin:/bin HOME=${home}`,
    ].join('\n'),
  );
  // An sshd of root needs this empty folder, which the system's service would have made.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(program, ['-D', '-e', '-f', path('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const words: string[] = [];
  const listening = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line);
    if (line.startsWith('Server listening')) listening.resolve();
  });
  const ended = once(child, 'close');
  void ended.then(() => listening.reject(new Error(`sshd ended: ${words.join('\n')}`)));
  await listening.promise;

  const good = {
    HostName: '127.0.0.1',
    Port: String(port),
    User: userInfo().username,
    IdentityFile: path('client_key'),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: path('known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
  };
  let configs = 0;
  const cut = () => {
    for (const pid of descendants(child.pid ?? 0)) {
      if (commandOf(pid).startsWith('sshd')) process.kill(pid, 'SIGKILL');
    }
  };
  return {
    folder,
    home,
    port,
    config(settings = {}) {
      configs += 1;
      const file = path(`ssh_config_${configs}`);
      const all = { ...good, ...settings };
      const lines = Object.entries(all).map(([name, value]) => `  ${name} ${value}`);
      writeFileSync(file, ['Host target fleet', ...lines, ''].join('\n'));
      return file;
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago, because sshd cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
