import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localHost } from '../host/agent-host.ts';
import { fleetHere } from '../host/fleet-place.ts';
import { renderCeilings } from '../report/ceilings.ts';
import { inspectBoth, predictAll } from '../run/machines.ts';
import { prepareCertificates, type RunOptions } from '../run/run.ts';

/** Renders the ceilings that a plan would meet on these machines. Measures nothing and changes no setting. */
export async function doctor({ config, target, places = [fleetHere], signal }: RunOptions): Promise<string> {
  await using cleanup = new AsyncDisposableStack();
  // An empty folder suffices: no server starts, and an agent alone reads the limits.
  const bundleDirectory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  cleanup.defer(() => rm(bundleDirectory, { recursive: true, force: true }));
  const { certificate, key } = await prepareCertificates(target.certificateHosts);
  const release = { run: `doctor-${randomUUID()}`, bundleDirectory, certificate, key, signal };
  const { host, close } = await target.open(release);
  cleanup.defer(close);
  const { host: here } = await localHost.open(release);
  const { limits } = await inspectBoth({ target, host, here });
  return renderCeilings(predictAll({ config, places }, target, limits));
}
