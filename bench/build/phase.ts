import { join } from 'node:path';
import { BenchError } from '../errors.ts';
import type { RemoteTarget } from '../host/host.ts';
import { LineProcess } from '../host/line-process.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { nullServer, serverNamed, serverOf } from '../plan/servers.ts';
import type { Entry } from '../record/record.ts';
import type { BuildContext, Run } from '../trial/context.ts';
import { build, measureBundle, measureExecutable } from './build.ts';
import { type BuiltLine, builtLineSchema } from './built-line.ts';

/** Builds the null server, which the calibration measures the fleet against. */
async function buildNullServer({ config, bundleDirectory, signal }: BuildContext): Promise<void> {
  if (config.phases.includes('calibration')) {
    await build(serverNamed(nullServer), join(bundleDirectory, nullServer), signal);
  }
}

/** Builds each server once, without recording times or sizes. @throws BenchError BUILD_FAILED @throws Interrupted */
export async function buildOnce(context: BuildContext): Promise<void> {
  const { config, progress, bundleDirectory, signal } = context;
  for (const contender of config.contenders) {
    progress.live(`build: ${contender}`);
    await build(serverOf(contender), join(bundleDirectory, contender), signal);
  }
  await buildNullServer(context);
}

/**
 * Builds each contender several times from clean, and records times and sizes. The last build is the one that trials
 * run.
 */
export async function buildPhase(context: BuildContext): Promise<void> {
  const { config, progress, record, bundleDirectory, signal, earlierEntries } = context;
  if (config.compileOnTarget === true) return await weighOnce(context);
  // A resumed run does not time again what its record holds, but it needs files to start.
  const built = new Map(config.contenders.map((name) => [name, countOf(earlierEntries, 'build', name)]));
  for (let run = 1; run <= config.buildRuns; run += 1) {
    // Each contender goes first in half of the runs.
    for (const contender of run % 2 === 1 ? config.contenders : config.contenders.toReversed()) {
      if (run <= (built.get(contender) ?? 0)) continue;
      progress.live(`build ${run} of ${config.buildRuns}: ${contender}`);
      const folder = join(bundleDirectory, contender);
      const times = await build(serverOf(contender), folder, signal);
      record.append({ type: 'bundle', contender, ...(await measureBundle(serverOf(contender), folder)) });
      // The last entry of a build, because a resumed run counts these.
      record.append({ type: 'build', contender, ...times });
    }
  }
  if ([...built.values()].some((runs) => runs >= config.buildRuns)) await buildOnce(context);
  else await buildNullServer(context);
  await weighExecutables(context);
  progress.phase(`built ${config.contenders.join(' and ')}, ${config.buildRuns} times each`);
}

/**
 * With builds timed on the target, the servers still run files built here; deploy/toolchain.test.ts holds both to the
 * same bytes.
 */
async function weighOnce(context: BuildContext): Promise<void> {
  const { config, record, bundleDirectory, earlierEntries } = context;
  await buildOnce(context);
  for (const contender of config.contenders) {
    if (countOf(earlierEntries, 'bundle', contender) > 0) continue;
    const sizes = await measureBundle(serverOf(contender), join(bundleDirectory, contender));
    record.append({ type: 'bundle', contender, ...sizes });
  }
  await weighExecutables(context);
}

async function weighExecutables({
  config,
  progress,
  record,
  bundleDirectory,
  signal,
  earlierEntries,
}: BuildContext): Promise<void> {
  for (const contender of config.contenders) {
    if (countOf(earlierEntries, 'executable', contender) > 0) continue;
    progress.live(`single executable: ${contender}`);
    const folder = join(bundleDirectory, contender);
    const size = await executableBytes(() => measureExecutable(serverOf(contender), folder, signal));
    record.append({ type: 'executable', contender, ...size });
  }
}

function countOf(entries: Entry[], type: 'build' | 'bundle' | 'executable', contender: ContenderKey): number {
  return entries.filter((entry) => entry.type === type && entry.contender === contender).length;
}

/** A machine that cannot make a single executable records why, and still compares everything else. */
async function executableBytes(measure: () => Promise<number>) {
  try {
    return { bytes: await measure() };
  } catch (error) {
    if (error instanceof BenchError) return { failure: error.message };
    throw error;
  }
}

const buildMilliseconds = 3_600_000;

/** Builds each contender `buildRuns` times on the target, and records the times. */
export async function compilePhase({
  config,
  remoteTarget,
  progress,
  record,
  signal,
  earlierEntries,
}: Run): Promise<void> {
  if (config.compileOnTarget !== true || remoteTarget === undefined) return;
  const { contenders, buildRuns } = config;
  const done = Math.min(...contenders.map((contender) => countOf(earlierEntries, 'build', contender)));
  for (let run = done + 1; run <= buildRuns; run += 1) {
    progress.live(`build ${run} of ${buildRuns} on the target`);
    // Each contender goes first in half of the runs.
    const order = run % 2 === 1 ? contenders : contenders.toReversed();
    for (const [contender, built] of await buildThere(remoteTarget, order, signal)) {
      const { typeCheckMilliseconds, bundleMilliseconds } = built;
      record.append({ type: 'build', contender, typeCheckMilliseconds, bundleMilliseconds });
    }
  }
  progress.phase(`built ${contenders.join(' and ')} on the target, ${buildRuns} times each`);
}

type Built = Extract<BuiltLine, { type: 'built' }>;

/**
 * Builds each contender once on the target, in this order.
 *
 * @throws BenchError PROCESS_FAILED, PROCESS_SILENT
 * @throws Interrupted
 */
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
