import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { PageScript } from '../report/page/material.ts';

const root = join(import.meta.dirname, '..', '..');
let made: Promise<PageScript> | undefined;

/** The script of the page as one text, bundled once per process. */
export function pageScript(): Promise<PageScript> {
  made ??= bundle();
  return made;
}

async function bundle(): Promise<PageScript> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['bench/report/script/main.ts'],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'eof',
    logLevel: 'silent',
    // Ignores the tsconfig of the working directory, so that the text and its digest are the same everywhere.
    tsconfigRaw: {},
    alias: { zod: join(root, 'bench/report/script/no-zod.ts') },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const text = outputFiles.map((file) => file.text).join('');
  return { text, sha256: createHash('sha256').update(text).digest('base64') };
}
