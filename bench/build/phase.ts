import { join } from 'node:path';
import { BenchError } from '../errors.ts';
import type { RemoteTarget } from '../host/host.ts';
import { LineProcess } from '../host/line-process.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { nullServer, serverNamed, serverOf } from '../plan/servers.ts';
import type { Entry } from '../record/record.ts';
import type { Run, Workshop } from '../trial/context.ts';
import { build, measureBundle, measureExecutable } from './build.ts';
import { type BuiltLine, builtLineSchema } from './built-line.ts';

/** What is to be measured by, and so what has to be built besides. */
async function buildNullServer({ config, bundleDirectory, signal }: Workshop): Promise<void> {
  if (config.phases.includes('calibration')) {
    await build(serverNamed(nullServer), join(bundleDirectory, nullServer), signal);
  }
}

/** Servers to start, and nothing to report of them. */
export async function buildOnce(workshop: Workshop): Promise<void> {
  const { config, progress, bundleDirectory, signal } = workshop;
  for (const contender of config.contenders) {
    progress.live(`build: ${contender}`);
    await build(serverOf(contender), join(bundleDirectory, contender), signal);
  }
  await buildNullServer(workshop);
}

/** Builds each contender from clean, several times, and weighs what came out, which is what will be started. */
export async function buildPhase(workshop: Workshop): Promise<void> {
  const { config, progress, record, bundleDirectory, signal, before } = workshop;
  if (config.compileOnTarget === true) return await weighOnce(workshop);
  // In a run that goes on, those that the record has need not be timed again; but files to start are needed.
  const built = new Map(config.contenders.map((name) => [name, countOf(before, 'build', name)]));
  for (let run = 1; run <= config.buildRuns; run += 1) {
    // Each goes first in half of them.
    for (const contender of run % 2 === 1 ? config.contenders : config.contenders.toReversed()) {
      if (run <= (built.get(contender) ?? 0)) continue;
      progress.live(`build ${run} of ${config.buildRuns}: ${contender}`);
      const folder = join(bundleDirectory, contender);
      const times = await build(serverOf(contender), folder, signal);
      record.append({ type: 'bundle', contender, ...(await measureBundle(serverOf(contender), folder)) });
      // Last, for a run that goes on counts these.
      record.append({ type: 'build', contender, ...times });
    }
  }
  if ([...built.values()].some((runs) => runs >= config.buildRuns)) await buildOnce(workshop);
  else await buildNullServer(workshop);
  await weighExecutables(workshop);
  progress.phase(`built ${config.contenders.join(' and ')}, ${config.buildRuns} times each`);
}

/** Where another machine is to be timed, files to start are made here all the same: of the same bytes, by a test (deploy/toolchain.test.ts). */
async function weighOnce(workshop: Workshop): Promise<void> {
  const { config, record, bundleDirectory, before } = workshop;
  await buildOnce(workshop);
  for (const contender of config.contenders) {
    if (countOf(before, 'bundle', contender) > 0) continue;
    const sizes = await measureBundle(serverOf(contender), join(bundleDirectory, contender));
    record.append({ type: 'bundle', contender, ...sizes });
  }
  await weighExecutables(workshop);
}

async function weighExecutables({
  config,
  progress,
  record,
  bundleDirectory,
  signal,
  before,
}: Workshop): Promise<void> {
  for (const contender of config.contenders) {
    if (countOf(before, 'executable', contender) > 0) continue;
    progress.live(`single executable: ${contender}`);
    const folder = join(bundleDirectory, contender);
    const size = await executableBytes(() => measureExecutable(serverOf(contender), folder, signal));
    record.append({ type: 'executable', contender, ...size });
  }
}

function countOf(entries: Entry[], type: 'build' | 'bundle' | 'executable', contender: ContenderKey): number {
  return entries.filter((entry) => entry.type === type && entry.contender === contender).length;
}

/** A machine that cannot make a single executable still compares everything else. */
async function executableBytes(measure: () => Promise<number>) {
  try {
    return { bytes: await measure() };
  } catch (error) {
    if (error instanceof BenchError) return { failure: error.message };
    throw error;
  }
}

const buildMilliseconds = 3_600_000;

/** Builds each contender on the machine that it runs on, as often as it would have been built here, and keeps the times. */
export async function compilePhase({ config, remoteTarget, progress, record, signal, before }: Run): Promise<void> {
  if (config.compileOnTarget !== true || remoteTarget === undefined) return;
  const { contenders, buildRuns } = config;
  const done = Math.min(...contenders.map((contender) => countOf(before, 'build', contender)));
  for (let run = done + 1; run <= buildRuns; run += 1) {
    progress.live(`build ${run} of ${buildRuns} on the target`);
    // Each goes first in half of them.
    const order = run % 2 === 1 ? contenders : contenders.toReversed();
    for (const [contender, built] of await buildThere(remoteTarget, order, signal)) {
      const { typeCheckMilliseconds, bundleMilliseconds } = built;
      record.append({ type: 'build', contender, typeCheckMilliseconds, bundleMilliseconds });
    }
  }
  progress.phase(`built ${contenders.join(' and ')} on the target, ${buildRuns} times each`);
}

type Built = Extract<BuiltLine, { type: 'built' }>;

/** Once each, in this order. @throws BenchError @throws Interrupted */
async function buildThere(
  { buildCommand }: RemoteTarget,
  order: readonly ContenderKey[],
  signal: AbortSignal,
): Promise<[ContenderKey, Built][]> {
  const command = buildCommand(order.map((contender) => serverOf(contender).name));
  const builder = new LineProcess<BuiltLine>({
    name: 'the build on the target',
    command,
    schema: builtLineSchema,
    signal,
  });
  try {
    const all: [ContenderKey, Built][] = [];
    for (const contender of order) {
      const built = await builder.next(`build of ${contender}`, buildMilliseconds, (line) =>
        line.type === 'built' ? line : undefined,
      );
      all.push([contender, built]);
    }
    return all;
  } finally {
    await builder.close();
  }
}
