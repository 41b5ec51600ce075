import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, stop } from 'esbuild';
import type { Release } from '../../bench/host/host.ts';
import { type CertificateFiles, ensureCertificates } from '../../certs/issue.ts';

export interface TestRelease extends AsyncDisposable {
  certificates: CertificateFiles;
  bundleDirectory: string;
  /** The release for the run with this key. */
  of(run: string, signal?: AbortSignal): Release;
}

/** Bundles the async server, and issues certificates for this machine. */
export async function prepareRelease(): Promise<TestRelease> {
  const folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-release-'));
  const certificates = await ensureCertificates(join(folder, 'certs'), []);
  const bundleDirectory = join(folder, 'servers');
  const entryPoints = [join(import.meta.dirname, '..', '..', 'servers', 'models', 'async', 'main.ts')];
  const outfile = join(bundleDirectory, 'async', 'server.js');
  const define = { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' };
  await build({ entryPoints, outfile, define, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  await stop();
  await writeFile(join(dirname(outfile), 'package.json'), '{"type":"commonjs"}\n');
  const { certificate, key } = certificates;
  return {
    certificates,
    bundleDirectory,
    of: (run, signal = new AbortController().signal) => ({ run, bundleDirectory, certificate, key, signal }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
