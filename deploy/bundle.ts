import { build, stop } from 'esbuild';
import { projectRoot } from './locked-packages.ts';

/** Makes one file of a program of ours that is to run on another machine, the same bytes wherever the project lies. */
export async function bundleProgram(entryPoint: string, outfile: string): Promise<void> {
  const target = `node${process.versions.node.split('.')[0]}`;
  const options = { bundle: true, platform: 'node', format: 'esm', target, absWorkingDir: projectRoot } as const;
  await build({ entryPoints: [entryPoint], outfile, ...options });
  // It would wait for more work beside everything that is measured.
  await stop();
}
