import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { build } from '../build/build.ts';
import type { Release } from '../host/host.ts';
import { allServers } from '../plan/servers.ts';
import { prepareCertificates } from '../run/run.ts';
import { openWorkFolder } from '../run/work-folder.ts';

/**
 * Builds every server of the suite, for a machine that receives them before its first run. Disposal removes the builds.
 *
 * @throws BenchError BUILD_FAILED, CERTIFICATES
 * @throws Interrupted
 */
export async function buildRelease(
  certificateHosts: string[],
  signal: AbortSignal,
): Promise<Release & AsyncDisposable> {
  const folder = await openWorkFolder(join(import.meta.dirname, '..', '..', '.build'));
  try {
    const { certificate, key } = await prepareCertificates(certificateHosts);
    for (const server of allServers()) await build(server, join(folder.directory, server.name), signal);
    return {
      run: `deploy-${randomUUID()}`,
      bundleDirectory: folder.directory,
      certificate,
      key,
      signal,
      [Symbol.asyncDispose]: () => folder.remove(),
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
