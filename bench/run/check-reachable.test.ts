import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { type CertificateFiles, ensureCertificates } from '../../certs/issue.ts';
import { hangMilliseconds } from '../../servers/testing/hang.ts';
import { Interrupted } from '../errors.ts';
import { createFakeTrial } from '../testing/fake-trial.ts';
import { checkReachable } from './check-reachable.ts';

describe('checkReachable', () => {
  let folder: string;
  let ours: CertificateFiles;
  let others: CertificateFiles;
  const open = new Set<Server>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-reach-'));
    ours = await ensureCertificates(join(folder, 'ours'), []);
    others = await ensureCertificates(join(folder, 'others'), []);
  });
  after(async () => {
    for (const server of open) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function listening(server: Server): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.add(server);
    const address: AddressInfo | string | null = server.address();
    return typeof address === 'object' && address !== null ? address.port : assert.fail('no port');
  }

  /** A port that accepts TCP and never answers a handshake. */
  const silent = () => listening(createServer((socket) => socket.on('error', () => {})));
  const withCertificate = async ({ certificate, key }: CertificateFiles) =>
    listening(createTlsServer({ cert: await readFile(certificate), key: await readFile(key) }, (peer) => peer.end()));

  async function refusing(): Promise<number> {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    return port;
  }

  /**
   * Runs `checkReachable` on a server that claims these ports.
   *
   * @returns its error, and how often it stopped the server.
   */
  async function reachPorts(ports: number[], signal = new AbortController().signal, within = hangMilliseconds) {
    const { trial } = createFakeTrial({ record: { append: () => {} } });
    let stops = 0;
    const server = {
      ...trial.server,
      ready: { ...trial.server.ready, ports },
      stop: async () => {
        stops += 1;
        return undefined;
      },
    };
    const host = { ...trial.context.host, serverName: '127.0.0.1', startServer: async () => server };
    const error = await checkReachable(
      { ...trial.context, host, signal, ca: await readFile(ours.ca, 'utf8') },
      within,
    ).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, stops };
  }

  test('accepts a server whose ports all answer with our certificate', async () => {
    const ports = [await withCertificate(ours), await withCertificate(ours)];
    assert.deepEqual(await reachPorts(ports), { error: undefined, stops: 1 });
  });

  const table: [title: string, port: () => Promise<number>, reason: RegExp][] = [
    ['never answers', silent, /\(no answer within 3 s\)/],
    ['refuses', refusing, /\(connect ECONNREFUSED 127\.0\.0\.1:\d+\)/],
    ['has a certificate of another CA', () => withCertificate(others), /\(.*certificate.*\)/],
  ];
  for (const [title, port, reason] of table) {
    test(`reports one port that ${title}, and stops the server`, async () => {
      const last = await port();
      const { signal } = new AbortController();
      // The first one is to answer in this time, on a slow machine too.
      const { error, stops } = await reachPorts([await withCertificate(ours), last], signal, 3_000);
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, 'UNREACHABLE');
      assert.match(
        error.message,
        new RegExp(`^a server listens on port ${last} of 127\\.0\\.0\\.1, but a TLS handshake`),
      );
      assert.match(error.message, reason);
      assert.match(error.message, /: open the port in any firewall in between, or give the target another address$/);
      assert.equal(stops, 1);
    });
  }

  test('stops waiting when the run is interrupted', async () => {
    const { error, stops } = await reachPorts([await silent()], AbortSignal.abort());
    assert.ok(error instanceof Interrupted);
    assert.equal(stops, 1);
  });
});
