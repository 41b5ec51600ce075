import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { attach } from './attach.ts';
import { serve } from './serve.ts';

/**
 * An agent for a remote machine: `serve` outlives the connection that started it, `attach` connects to it. One bundle
 * there contains both.
 */
const wholeNumber = z.coerce.number().check(z.int(), z.positive());
const schema = z.object({
  action: z.enum(['serve', 'attach']),
  folder: z.string().check(z.startsWith('/')),
  name: z.string().check(z.regex(/^\w[\w.-]*$/)),
  'patience-ms': z.prefault(wholeNumber, 60_000),
  'within-ms': z.prefault(wholeNumber, 20_000),
});

const { values, positionals } = parseArgs({
  options: {
    folder: { type: 'string' },
    name: { type: 'string' },
    'patience-ms': { type: 'string' },
    'within-ms': { type: 'string' },
  },
  allowPositionals: true,
});
const asked = schema.parse({ ...values, action: positionals[0] });
if (asked.action === 'serve') serve({ ...asked, patienceMilliseconds: asked['patience-ms'] });
else await attach({ ...asked, withinMilliseconds: asked['within-ms'] });
