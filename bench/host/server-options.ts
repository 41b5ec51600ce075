import type { Config } from '../plan/config.ts';
import type { ServerRequest } from './host.ts';

/** The options that are the same for every server of a run. Pure. */
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
