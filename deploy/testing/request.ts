import type { ServerRequest } from '../../bench/host/host.ts';

/** A server that is watched and never guarded. */
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
