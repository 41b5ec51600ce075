import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, createServer, type Server } from 'node:tls';
import { ensureCertificates } from './issue.ts';

/** The purpose of the certificates: a client accepts its own server and refuses any other. */
describe('a client that verifies the server', () => {
  let directory: string;
  let server: Server;
  let ca: string;
  let otherCa: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    const files = await ensureCertificates(join(directory, 'own'), ['pi.local']);
    const others = await ensureCertificates(join(directory, 'others'), ['pi.local']);
    ca = await readFile(files.ca, 'utf8');
    otherCa = await readFile(others.ca, 'utf8');
    server = createServer({ cert: await readFile(files.certificate), key: await readFile(files.key) });
    // A client that refuses the server ends the handshake with an alert.
    server.on('tlsClientError', () => {});
    server.on('secureConnection', (socket) => socket.on('error', () => {}).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function handshake(options: ConnectionOptions): Promise<boolean> {
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const client = connect({ host: '127.0.0.1', port: address.port, ...options });
    try {
      await once(client, 'secureConnect');
      return client.authorized;
    } finally {
      client.destroy();
    }
  }

  test('accepts it by address and by each name', async () => {
    assert.ok(await handshake({ ca }));
    for (const servername of ['localhost', 'pi.local']) assert.ok(await handshake({ ca, servername }));
  });

  test('refuses it under a CA with the same name and another key', async () => {
    await assert.rejects(handshake({ ca: otherCa }), {
      code: /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/,
    });
  });

  test('refuses it without the CA', async () => {
    await assert.rejects(handshake({}), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('refuses it under a name that its certificate lacks', async () => {
    await assert.rejects(handshake({ ca, servername: 'elsewhere.local' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});
