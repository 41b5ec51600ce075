import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { CertificateError, type CertificateFiles, ensureCertificates } from './issue.ts';

const dayMilliseconds = 86_400_000;
const now = new Date('2026-03-01T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * dayMilliseconds);

describe('certificates', () => {
  let directory: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'pi-websocket-bench-')), 'certs');
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  const ensure = (hosts: string[] = [], at = now) => ensureCertificates(directory, hosts, at);

  test('are P-256, signed with SHA-256, valid for 30 days; the CA may sign and the server may serve', async () => {
    const { ca, server } = await certificates(await ensure());
    for (const certificate of [ca, server]) {
      assert.equal(certificate.publicKey.asymmetricKeyType, 'ec');
      assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
      assert.equal(certificate.signatureAlgorithm, 'ecdsa-with-SHA256');
      assert.equal(certificate.validToDate.getTime(), inDays(30).getTime());
      assert.ok(certificate.validFromDate < now);
    }
    assert.equal(ca.ca, true);
    assert.equal(server.ca, false);
    assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'for TLS servers only');
    assert.ok(server.checkIssued(ca) && server.verify(ca.publicKey));
    assert.notEqual(ca.serialNumber, server.serialNumber);
  });

  test('cover this machine and the requested hosts, names and addresses', async () => {
    const { server } = await certificates(await ensure(['pi.local', '192.168.1.20', 'fd00::2']));
    for (const name of ['localhost', 'pi.local']) assert.equal(server.checkHost(name), name);
    for (const address of ['127.0.0.1', '::1', '192.168.1.20', 'fd00::2']) assert.ok(server.checkIP(address), address);
    assert.equal(server.checkHost('elsewhere.local'), undefined);
  });

  test('hide every key from other users, and leave no temporary file', async () => {
    const files = await ensure();
    const set = dirname(files.ca);
    assert.deepEqual(await readdir(directory), ['1']);
    assert.deepEqual((await readdir(set)).sort(), ['ca-key.pem', 'ca.pem', 'server-key.pem', 'server.pem']);
    for (const key of [files.key, join(set, 'ca-key.pem')]) assert.equal((await stat(key)).mode & 0o777, 0o600);
    for (const folder of [directory, set]) assert.equal((await stat(folder)).mode & 0o777, 0o700);
  });

  test('stay unchanged while they are valid, also for fewer hosts', async () => {
    const files = await ensure(['pi.local']);
    const before = await contents(files);
    assert.deepEqual(await ensure(['pi.local'], inDays(28)), files);
    assert.deepEqual(await ensure([], inDays(28)), files);
    assert.deepEqual(await contents(files), before);
  });

  test('are reissued when they expire within a day', async () => {
    const before = await contents(await ensure(['pi.local']));
    const files = await ensure([], inDays(29.5));
    const { server } = await certificates(files);
    assert.equal(server.validToDate.getTime(), inDays(59.5).getTime());
    assert.equal(server.checkHost('pi.local'), 'pi.local', 'what was covered stays covered');
    for (const [name, text] of await contents(files)) assert.notEqual(text, before.get(name), name);
  });

  test('are reissued for a missing host, under the same CA and with the earlier hosts', async () => {
    const first = await ensure(['first.local', 'fd00::1']);
    const before = await contents(first);
    const second = await ensure(['second.local']);
    const { server } = await certificates(second);
    for (const name of ['first.local', 'second.local']) assert.equal(server.checkHost(name), name);
    assert.ok(server.checkIP('fd00::1'));
    const names = server.subjectAltName?.split(', ') ?? [];
    assert.equal(names.length, 6, `each host once: ${names}`);
    for (const name of ['ca.pem', 'ca-key.pem']) assert.equal((await contents(second)).get(name), before.get(name));
    assert.deepEqual(await contents(first), before, 'a run at work keeps what it was given');
  });

  test('are reissued when the CA has changed', async () => {
    const files = await ensure();
    const old = await certificates(files);
    await rm(files.ca);
    const { ca, server } = await certificates(await ensure());
    assert.notEqual(ca.fingerprint256, old.ca.fingerprint256);
    assert.ok(server.verify(ca.publicKey));
    assert.ok(!server.verify(old.ca.publicKey));
  });

  for (const name of ['server.pem', 'server-key.pem', 'ca.pem', 'ca-key.pem']) {
    test(`are reissued when ${name} is damaged`, async () => {
      const files = await ensure();
      await writeFile(join(dirname(files.ca), name), '-----BEGIN NOTHING-----\n');
      const again = await ensure();
      const { ca, server, serverKeyFits } = await certificates(again);
      assert.ok(serverKeyFits);
      assert.ok(server.verify(ca.publicKey));
      for (const text of (await contents(again)).values()) assert.ok(text.length > 100);
    });
  }

  test('are reissued when the key belongs to another certificate', async () => {
    const files = await ensure();
    await writeFile(files.key, await readFile(join(dirname(files.ca), 'ca-key.pem')));
    assert.ok((await certificates(await ensure())).serverKeyFits);
  });

  for (const host of ['', 'a b', '-a.local', 'a..b', 'a/b', 'http://a', 'a:443', '1.2.3.4/8', `${'a'.repeat(254)}`]) {
    test(`cannot be issued for the host "${host.slice(0, 20)}"`, async () => {
      await assert.rejects(ensure([host]), (error) => {
        assert.ok(error instanceof CertificateError);
        assert.equal(error.code, 'CERT_BAD_HOST');
        assert.ok(error.message.includes(`"${host}"`));
        return true;
      });
      await assert.rejects(stat(directory), /ENOENT/, 'no folder was made');
    });
  }

  test('fail with the name of a folder that cannot be written', async () => {
    await writeFile(directory, 'a file where the folder should be');
    await assert.rejects(ensure(), (error) => {
      assert.ok(error instanceof CertificateError);
      assert.equal(error.code, 'CERT_NOT_WRITABLE');
      assert.ok(error.message.includes(directory));
      return true;
    });
  });

  test('of earlier sets are removed when they have expired, not before', async () => {
    await ensure();
    await ensure(['pi.local'], inDays(10));
    await ensure([], inDays(29));
    assert.deepEqual(await readdir(directory), ['1', '2', '3']);
    await ensure([], inDays(30.5));
    assert.deepEqual(await readdir(directory), ['2', '3']);
  });

  test('get mode 0600 back when a key has become readable for all', async () => {
    const files = await ensure();
    await chmod(files.key, 0o644);
    await ensure();
    assert.equal((await stat(files.key)).mode & 0o777, 0o600);
  });
});

async function contents({ ca }: CertificateFiles): Promise<Map<string, string>> {
  const names = (await readdir(dirname(ca))).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dirname(ca), name), 'utf8')] as const)),
  );
}

async function certificates(files: CertificateFiles) {
  const server = new X509Certificate(await readFile(files.certificate));
  return {
    ca: new X509Certificate(await readFile(files.ca)),
    server,
    serverKeyFits: server.checkPrivateKey(createPrivateKey(await readFile(files.key))),
  };
}
