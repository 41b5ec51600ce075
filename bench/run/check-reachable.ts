import { isIP } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import { BenchError, Interrupted, messageOf } from '../errors.ts';
import { serverOptions } from '../host/server-options.ts';
import type { Run } from '../trial/context.ts';

const handshakeMilliseconds = 20_000;

/**
 * Starts one server on the other machine and makes a TLS handshake with each of its ports, before the first trial: a
 * firewall may block a port that a server listens on. The server is stopped again, so no trial counts the handshakes.
 *
 * @throws BenchError UNREACHABLE, PROCESS_FAILED, PROCESS_SILENT
 * @throws Interrupted
 */
export async function checkReachable(
  { config, host, ca, progress, signal }: Pick<Run, 'config' | 'host' | 'ca' | 'progress' | 'signal'>,
  withinMilliseconds = handshakeMilliseconds,
): Promise<void> {
  const [contender] = config.contenders;
  if (contender === undefined) return;
  progress.live(`a handshake with ${host.address}`);
  const request = { ...serverOptions(config), name: 'reach', contender, onLine: () => {} };
  const server = await host.startServer(request);
  try {
    for (const port of server.ready.ports) {
      const reached = { address: host.address, port, name: host.serverName, ca, cipher: config.cipher };
      await handshake(reached, withinMilliseconds, signal);
    }
  } finally {
    await server.stop();
  }
}

interface Server {
  address: string;
  port: number;
  name: string;
  ca: string;
  cipher: string;
}

async function handshake(server: Server, withinMilliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { address: host, port, name, ca, cipher: ciphers } = server;
  const socket = connect(
    {
      ...{ host, port, ca, ciphers, minVersion: 'TLSv1.3' as const },
      // SNI cannot carry an address (RFC 6066); the certificate is still checked against the name.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      checkServerIdentity: (_reached, certificate) => checkServerIdentity(name, certificate),
    },
    resolve,
  );
  socket.once('error', (error) => reject(unreachable(server, messageOf(error))));
  const timer = setTimeout(
    () => reject(unreachable(server, `no answer within ${withinMilliseconds / 1_000} s`)),
    withinMilliseconds,
  );
  const onAbort = () => reject(new Interrupted());
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

function unreachable({ address, port }: Server, reason: string): BenchError {
  return new BenchError(
    'UNREACHABLE',
    `a server listens on port ${port} of ${address}, but a TLS handshake from this machine fails (${reason}): open the port in any firewall in between, or give the target another address`,
  );
}
