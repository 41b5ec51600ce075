import { kilobytes, megabytes, milliseconds } from '../../text/format.ts';
import type { FigureRow, TableRow } from './figure-row.ts';
import { builtHere } from './plan-words.ts';

const compressed: TableRow = {
  label: 'Bundle, gzip / brotli',
  how: 'the same files compressed (gzip 9, brotli 11)',
  format: kilobytes,
};

/** Figures of the build. */
export const buildFigures = {
  compileMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Wall time of type check and bundling, from an empty folder.',
    details:
      'Two native programs, one after the other: `tsc` on the one server, then `esbuild`. On the machine of the fleet, or with `config.compileOnTarget` on that of the servers.',
    row: {
      label: 'Compile time',
      how: (plan) =>
        `type-check (tsc) and bundle (esbuild) of this server alone, from clean, one native program after the other${
          plan.config.compileOnTarget === true ? ', built on the target' : builtHere(plan)
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
    meaning: 'The minified files that are started.',
    details: 'The server and, where it has one, its worker.',
    row: {
      label: 'Size (bundle)',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that are then started',
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
    meaning: 'The same, each compressed by gzip at level 9.',
    row: compressed,
    from: 'bundle',
    take: ({ gzipBytes }) => gzipBytes,
  },
  bundleBrotliBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'The same, each compressed by brotli at level 11.',
    row: compressed,
    verdict: { as: 'brotli', subject: 'Bundle, brotli' },
    from: 'bundle',
    take: ({ brotliBytes }) => brotliBytes,
  },
  executableBytes: {
    unit: 'bytes',
    better: 'less',
    isExact: true,
    meaning: 'A single executable, and the file of its worker where it has one.',
    details: '`node --build-sea`; a thread can only load its worker from disk. Nearly all of it is Node.',
    row: {
      label: 'Single executable',
      how: (plan) =>
        `node --build-sea: Node with the server inside, and the worker beside it; mostly Node itself${builtHere(plan)}`,
      format: megabytes,
    },
    from: 'executable',
    take: ({ bytes }) => bytes,
  },
} as const satisfies Record<string, FigureRow>;
