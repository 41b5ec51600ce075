/** A part of the tree whose files may have the same imports. */
export interface Room {
  /**
   * A file, or a folder with everything in it ("bench/run/"). A last segment "*" makes each folder at that place its
   * own room. A file belongs to the room with the longest matching path.
   */
  path: string;
  /** The only other rooms or files that it may import. Absent: everything on lower floors. */
  imports?: readonly string[];
  /** True when it imports no Node module, so its results follow from its arguments alone. */
  isPure?: boolean;
}

/** What the command line uses of deploy. */
const deployDoors = ['deploy/commands.ts', 'deploy/remote-host.ts', 'deploy/remote-fleet.ts', 'deploy/target.ts'];
const contracts = ['servers/contract/', 'clients/contract.ts', 'clients/https/contract.ts'];

/**
 * All folders of the tree, from the top floor down. Imports run downwards: a file imports from its own room and from
 * rooms of lower floors. Rooms of one floor do not import each other. `npm test` checks every import, including type
 * imports.
 */
export const floors: readonly (readonly Room[])[] = [
  // Programs: each is started, and no other part imports it.
  [
    { path: 'bench/cli.ts' },
    { path: 'bench/launch.mjs', imports: [] },
    // Each folder is one server: its program and its model. It imports no other model.
    {
      path: 'servers/models/*',
      imports: ['servers/main.ts', 'servers/models/', 'servers/work/', 'servers/contract/'],
    },
    { path: 'servers/agent/', imports: ['servers/contract/'] },
    { path: 'clients/', imports: contracts },
  ],
  [
    {
      path: 'bench/command-line/',
      imports: [
        'bench/commands/',
        'bench/run/',
        'bench/report/',
        'bench/record/',
        'bench/host/',
        'bench/progress/',
        'bench/plan/',
        'bench/summary/',
        'bench/errors.ts',
        ...deployDoors,
      ],
    },
    // The life of a server's process, the same for all models.
    { path: 'servers/', imports: ['servers/models/', 'servers/work/', 'servers/contract/'] },
  ],
  [
    { path: 'bench/commands/' },
    {
      path: 'deploy/',
      imports: [
        'bench/build/',
        'bench/host/',
        'bench/plan/',
        'bench/text/',
        'bench/tune/',
        'bench/errors.ts',
        ...contracts,
      ],
    },
  ],
  [{ path: 'bench/run/' }, { path: 'bench/publish/' }],
  // The script in the report's page only draws the report's charts.
  [
    {
      path: 'bench/report/script/',
      imports: ['bench/report/charts/', 'bench/report/measured-run.ts', 'bench/report/page/contract.ts'],
      isPure: true,
    },
    { path: 'bench/phases/' },
  ],
  // A report is made from a record alone: it measures nothing and reaches no machine.
  [
    {
      path: 'bench/report/',
      isPure: true,
      imports: [
        'bench/summary/',
        'bench/curves/',
        'bench/record/',
        'bench/ceilings/',
        'bench/plan/',
        'bench/text/',
        'bench/stats/',
        'bench/errors.ts',
        ...contracts,
      ],
    },
  ],
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

/** Tests and their helpers. They import from any floor; the product imports none of them. */
export const testPatterns: readonly RegExp[] = [
  /\.(test|long)\.ts$/,
  /(^|\/)testing\//,
  /^bench\/(architecture|end-to-end)\//,
  /^servers\/conformance\//,
];

/** Programs that run on the host of a server or a fleet; their tests do not import the harness. */
export const hostFolders = ['certs/', 'clients/', 'servers/'] as const;
