import assert from 'node:assert/strict';
import type { Group } from './case.ts';
import { RawClient } from './raw-client.ts';

// Not the cipher that clients prefer by themselves: the server's setting must decide.
const cipher = 'TLS_CHACHA20_POLY1305_SHA256';

export const tlsHandshake: Group = {
  title: 'TLS handshake',
  options: ['--cipher', cipher],
  cases: [
    {
      title: 'accepts TLS 1.3 with the configured cipher',
      counts: { upgraded: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        assert.equal(client.tlsSocket.getProtocol(), 'TLSv1.3');
        assert.equal(client.tlsSocket.getCipher().standardName, cipher);
        assert.equal(server.ready.cipher, cipher);
        await client.leave();
      },
    },
    {
      title: 'uses X25519 for the key exchange, also with a client that prefers another group',
      counts: { upgraded: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server, { ecdhCurve: 'P-256:X25519' });
        const info = client.tlsSocket.getEphemeralKeyInfo();
        assert.equal(info !== null && 'name' in info && info.name, 'X25519');
        await client.leave();
      },
    },
    {
      title: 'refuses TLS 1.2',
      counts: { rejectedTls: 1 },
      run: (server) => assert.rejects(RawClient.tls(server, { maxVersion: 'TLSv1.2' }), isHandshakeError),
    },
    {
      title: 'refuses a client that offers only other ciphers',
      counts: { rejectedTls: 1 },
      run: (server) => assert.rejects(RawClient.tls(server, { ciphers: 'TLS_AES_128_GCM_SHA256' }), isHandshakeError),
    },
    {
      title: 'resumes no session: each client pays for a full handshake',
      counts: { accepted: 2, upgraded: 2 },
      async run(server) {
        using first = await RawClient.tls(server);
        let session = first.tlsSocket.getSession();
        first.tlsSocket.on('session', (ticket) => {
          session = ticket;
        });
        await first.upgrade();
        await first.leave();
        using second = await RawClient.webSocket(server, session === undefined ? {} : { session });
        assert.equal(second.tlsSocket.isSessionReused(), false);
        await second.leave();
      },
    },
    {
      title: 'refuses bytes that are not TLS',
      counts: { rejectedTls: 1 },
      async run(server) {
        using client = await RawClient.tcp(server);
        await client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await client.ended();
      },
    },
    {
      title: 'outlives a client that hangs up before it sends anything',
      counts: { vanished: 1 },
      async run(server) {
        using client = await RawClient.tcp(server);
        client.socket.end();
        await client.ended();
      },
    },
    {
      title: 'outlives a client that resets the connection in the middle of the handshake',
      counts: { vanished: 1 },
      async run(server) {
        using client = await RawClient.tcp(server);
        // The header of a handshake record whose content never comes.
        await client.write(Buffer.from([22, 3, 1, 2, 0, 1]));
        client.reset();
      },
    },
  ],
};

function isHandshakeError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^ERR_SSL_/.test(String(error.code));
}
