import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError } from '../../errors.ts';
import { publish } from '../../publish/publish.ts';
import { currentRuns, documents, root, upToDate } from './documents.ts';

/** Makes all documents anew, and what the committed records of this release are shown with. */
try {
  for (const name of currentRuns) await publish(join(root, 'results', name));
  // One after the other: two of them may be parts of one file.
  for (const document of documents) await writeFile(join(root, document.file), await upToDate(document));
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
