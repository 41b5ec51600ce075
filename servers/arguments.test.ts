import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { type CertificateFiles, ensureCertificates } from '../certs/issue.ts';
import { hangMilliseconds } from './testing/hang.ts';
import { contenderServers, programOf } from './testing/servers.ts';

/** Runs a server that must fail to start, and returns how it ended. */
async function runServer(name: string, ...options: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', programOf(name), ...options], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A server that starts nevertheless would run forever.
    timeout: hangMilliseconds,
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const [sentence = '', ...rest] = stderr.trimEnd().split('\n');
  return { code, stdout, sentence, rest };
}

describe('command line of a server', { concurrency: 2 }, () => {
  let directory: string;
  let files: CertificateFiles;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    files = await ensureCertificates(directory, []);
  });
  after(() => rm(directory, { recursive: true, force: true }));
  const good = () => ['--cert', files.certificate, '--key', files.key];

  const refused: [title: string, options: () => string[], sentence: RegExp][] = [
    ['an unknown option', () => [...good(), '--nonsense', '1'], /^Unknown option '--nonsense'/],
    ['an argument that is not an option', () => [...good(), 'extra'], /^Unexpected argument 'extra'/],
    ['a missing certificate', () => ['--key', files.key], /^--cert is missing$/],
    ['a missing key', () => ['--cert', files.certificate], /^--key is missing$/],
    ['a missing file', () => ['--cert', '/no/such', '--key', files.key], /^--cert: \/no\/such cannot be read$/],
    [
      'a file that cannot be read',
      () => ['--cert', files.certificate, '--key', directory],
      /^--key: .* cannot be read$/,
    ],
    [
      'a file that is not a certificate',
      () => ['--cert', files.key, '--key', files.key],
      /^--cert and --key: .* in PEM$/,
    ],
    ['the key of another certificate', () => ['--cert', files.ca, '--key', files.key], /^--cert and --key: .* in PEM$/],
    [
      'a cipher that TLS 1.3 does not have',
      () => [...good(), '--cipher', 'RC4-SHA'],
      /^--cipher takes one of TLS_AES_128_GCM/,
    ],
    ['a port out of range', () => [...good(), '--port', '70000'], /^--port takes 65535 or less$/],
    ['a port that is not a number', () => [...good(), '--port', 'https'], /^--port takes a whole number$/],
    ['an empty port', () => [...good(), '--port='], /^--port takes a whole number$/],
    ['a bad second port', () => [...good(), '--port', '0', '--port', '1.5'], /^--port takes a whole number$/],
    [
      'a message below the smallest',
      () => [...good(), '--message-bytes', '255'],
      /^--message-bytes takes 256 or more$/,
    ],
    ['a deadline in exponent notation', () => [...good(), '--deadline-ms', '1e2'], /^--deadline-ms takes a whole/],
  ];
  for (const [title, options, sentence] of refused) {
    test(`refuses ${title} with one sentence and exit code 2`, async () => {
      const run = await runServer('async', ...options());
      assert.match(run.sentence, sentence);
      assert.equal(run.code, 2);
      assert.equal(run.stdout, '');
      assert.ok(run.rest.length === 0 || run.rest[0]?.startsWith('options'), 'only the options follow, no stack');
    });
  }

  for (const name of contenderServers) {
    test(`the ${name} server ends with exit code 1 and one sentence when its port is taken`, async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const address = holder.address();
      const port = typeof address === 'object' ? String(address?.port) : '';
      try {
        // The first port is free: the server must close it again.
        const run = await runServer(name, ...good(), '--port', '0', '--port', port);
        assert.equal(run.code, 1);
        assert.match(run.sentence, new RegExp(`^listen EADDRINUSE: .*:${port}$`));
        assert.deepEqual(run.rest, []);
        assert.equal(run.stdout, '');
      } finally {
        holder.close();
      }
    });
  }
});
