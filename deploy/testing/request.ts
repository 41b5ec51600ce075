import type { ServerRequest } from '../../bench/host/host.ts';

/** A request for a server whose memory guard is off. */
export function serverRequest(request: Partial<ServerRequest> = {}): ServerRequest {
  return {
    name: 'memory-1-async',
    contender: 'async',
    cipher: 'TLS_AES_128_GCM_SHA256',
    messageBytes: 10_240,
    maxThreads: 10,
    ports: 1,
    backlog: 128,
    reportMilliseconds: 1_000,
    memoryGuardShare: 0,
    sampleMilliseconds: 1_000,
    onLine: () => {},
    ...request,
  };
}
