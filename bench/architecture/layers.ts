/** A part of the tree that is allowed the same imports. */
export interface Room {
  /**
   * A file, or a folder with all in it ("bench/run/"). A last segment "*" stands for each folder at that place, a room of
   * its own. Of several rooms that hold a file, the one with the longest path is the file's.
   */
  path: string;
  /** The only other rooms, or files, that it imports. Absent: whatever lies on a lower floor. */
  imports?: readonly string[];
  /** Imports nothing of Node: what it computes follows from what it is given. */
  isPure?: boolean;
}

const contracts = ['servers/contract/', 'clients/contract.ts', 'clients/https/contract.ts'];

/**
 * Every folder of the tree, from the top floor down. Imports run downwards: a file imports from its own room and from
 * rooms of lower floors. Rooms of one floor do not import each other. `npm test` checks every import, those of types too.
 */
export const floors: readonly (readonly Room[])[] = [
  // Programs: each is started, and no other part imports it.
  [
    { path: 'bench/cli.ts' },
    { path: 'bench/launch.mjs', imports: [] },
    { path: 'bench/architecture/' },
    { path: 'servers/', imports: ['servers/models/*', 'servers/models/', 'servers/work/', 'servers/contract/'] },
    { path: 'servers/agent/', imports: ['servers/contract/'] },
    { path: 'clients/', imports: contracts },
  ],
  [{ path: 'bench/command-line/' }],
  [
    { path: 'bench/commands/' },
    {
      path: 'deploy/',
      imports: ['bench/build/', 'bench/host/', 'bench/plan/', 'bench/tune/', 'bench/errors.ts', ...contracts],
    },
  ],
  [{ path: 'bench/run/' }, { path: 'bench/publish/' }],
  // The script in the report's page draws what the report's charts are, and knows nothing else.
  [
    {
      path: 'bench/report/script/',
      imports: ['bench/report/charts/', 'bench/report/measured-run.ts', 'bench/report/page/contract.ts'],
      isPure: true,
    },
    { path: 'bench/phases/' },
  ],
  [{ path: 'bench/report/', isPure: true }],
  [
    { path: 'bench/diagnosis/', isPure: true },
    { path: 'bench/build/' },
    { path: 'bench/curves/', isPure: true },
    { path: 'bench/summary/', isPure: true },
  ],
  [{ path: 'bench/trial/' }],
  [
    { path: 'bench/record/' },
    { path: 'bench/host/' },
    { path: 'bench/progress/' },
    { path: 'bench/ceilings/', isPure: true },
  ],
  [{ path: 'bench/plan/' }, { path: 'bench/text/', isPure: true }, { path: 'bench/tune/' }],
  // A model knows the work, what models share and the contract, and no other model.
  [{ path: 'servers/models/*', imports: ['servers/models/', 'servers/work/', 'servers/contract/'] }],
  [{ path: 'servers/models/', imports: ['servers/work/', 'servers/contract/'] }],
  [
    { path: 'certs/', imports: [] },
    { path: 'bench/stats/', isPure: true },
    { path: 'servers/work/', imports: ['servers/contract/'] },
  ],
  [
    { path: 'clients/contract.ts', imports: ['servers/contract/'] },
    { path: 'clients/https/contract.ts', imports: [] },
  ],
  [
    { path: 'bench/errors.ts', imports: [] },
    { path: 'servers/contract/', imports: [] },
  ],
];

/** Files of tests, and what only tests use. They import from any floor, but the product imports nothing of them. */
export const testPatterns: readonly RegExp[] = [
  /\.(test|long)\.ts$/,
  /(^|\/)testing\//,
  /^bench\/end-to-end\//,
  /^servers\/conformance\//,
];

/** What runs on the host of a server or of a fleet is tested without the harness. */
export const hostFolders = ['certs/', 'clients/', 'servers/'] as const;
