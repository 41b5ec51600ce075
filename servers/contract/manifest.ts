import * as z from 'zod/mini';

/** The file in a server's folder that holds its manifest. */
export const manifestFileName = 'server.json';

/** The file of a bundle that is started. */
export const startedFileName = 'server.js';

/** All that a server tells of itself before it is built. */
export const manifestSchema = z.strictObject({
  /** What it is, as it stands in a report after "async is". */
  description: z.string().check(z.regex(/^\S.*\S$/, 'is to be a phrase in one line')),
  /** Entry point of each file of the bundle, by the name of the file; paths are relative to the manifest. */
  bundle: z
    .record(z.string().check(z.regex(/^[a-z][a-z0-9-]*\.js$/, 'is to be named like "worker.js"')), z.string())
    .check(z.refine((files) => Object.hasOwn(files, startedFileName), `lacks "${startedFileName}", which is started`)),
  /** False for a server that only calibrates. */
  isContender: z._default(z.boolean(), true),
  /** Its column in a comparison without `--contenders`. Absent: the server takes part only when `--contenders` names it. */
  defaultPlace: z.optional(z.int().check(z.positive())),
});

export type Manifest = z.infer<typeof manifestSchema>;
