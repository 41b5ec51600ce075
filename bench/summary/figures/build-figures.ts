import { kilobytes, megabytes, milliseconds } from '../../text/format.ts';
import type { FigureRow, TableRow } from './figure-row.ts';
import { builtHere } from './plan-words.ts';

const compressed: TableRow = {
  label: 'Bundle, gzip / brotli',
  how: 'the files of the bundle, compressed (gzip at level 9, brotli at level 11)',
  format: kilobytes,
};

/** Figures of the build phase. */
export const buildFigures = {
  compileMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Wall time of type check and bundling, into an empty folder.',
    details:
      "Two native programs run one after the other: `tsc` on this server alone, then `esbuild`. They run on the fleet's machine, or with `config.compileOnTarget` on the servers' machine.",
    row: {
      label: 'Compile time',
      how: (plan) =>
        `type check (tsc) and then bundling (esbuild), both by native programs, of this server alone into an empty folder${
          plan.config.compileOnTarget === true ? ", built on the servers' machine" : builtHere(plan)
        }`,
      format: milliseconds,
      isAsked: true,
    },
    from: 'build',
    take: (build) => build.typeCheckMilliseconds + build.bundleMilliseconds,
  },
  typeCheckMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Type-check part of compileMilliseconds.',
    from: 'build',
    take: (build) => build.typeCheckMilliseconds,
  },
  bundleMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Bundling part of compileMilliseconds.',
    from: 'build',
    take: (build) => build.bundleMilliseconds,
  },
  bundleBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'Size of the minified files that trials start.',
    details: 'The server and, where it has one, its worker.',
    row: {
      label: 'Size (bundle)',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that trials start',
      format: kilobytes,
      isAsked: true,
    },
    from: 'bundle',
    take: ({ bytes }) => bytes,
  },
  bundleGzipBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'Size of the same files, each compressed by gzip at level 9.',
    row: compressed,
    from: 'bundle',
    take: ({ gzipBytes }) => gzipBytes,
  },
  bundleBrotliBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'Size of the same files, each compressed by brotli at level 11.',
    row: compressed,
    verdict: { as: 'brotli', subject: 'Bundle, brotli' },
    from: 'bundle',
    take: ({ brotliBytes }) => brotliBytes,
  },
  executableBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'Size of the server as a single executable, with the file of its worker where it has one.',
    details:
      'Made by `node --build-sea`. The worker is a separate file, because a thread can only load it from disk. Nearly all of the size is Node.',
    row: {
      label: 'Single executable',
      how: (plan) =>
        `made by node --build-sea: Node, nearly all of the size, with the server inside and the worker in a file beside it${builtHere(plan)}`,
      format: megabytes,
    },
    from: 'executable',
    take: ({ bytes }) => bytes,
  },
} as const satisfies Record<string, FigureRow>;
