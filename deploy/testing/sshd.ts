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

/** Why no test can have an sshd here, or false. */
export const noSshd =
  process.platform === 'linux' && existsSync(program)
    ? false
    : `a Linux with ${program} is needed (apt-get install openssh-server)`;

/** An sshd of the test's own on loopback, that knows one key and lets in the user who runs the test. */
export interface TestSshd extends AsyncDisposable {
  /** Also in the command line of every process of ssh that a test starts: how they are found. */
  folder: string;
  /** Of whoever logs in there. */
  home: string;
  port: number;
  /** A file for `ssh -F` with the destinations "target" and "fleet", both this, and these settings in place of the good ones. */
  config(settings?: Record<string, string>): string;
  /** Kills what serves the connections that are open, as a lost connection does. */
  cut(): void;
}

export interface SshdOptions {
  /** Programs that are found there before the system's: what each prints in place of the real one, which is `$real`. */
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
  // Of root alone it wants an empty folder, which its service would have made.
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

/** Free a moment ago; sshd cannot be told to choose. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
