import type { Config } from '../plan/config.ts';
import type { ServerRequest } from './host.ts';

/** How every server of a run is started, whichever it is and whatever for. Pure. */
export function serverOptions(config: Config): Omit<ServerRequest, 'name' | 'contender' | 'onLine'> {
  return {
    cipher: config.cipher,
    messageBytes: config.messageBytes,
    maxThreads: config.maxThreads,
    ports: config.ports,
    backlog: config.backlog,
    reportMilliseconds: config.reportMilliseconds,
    memoryGuardShare: config.memoryGuardShare,
    cores: config.pinning?.server,
    agentCores: config.pinning?.fleet,
    sampleMilliseconds: config.sampleMilliseconds,
  };
}
