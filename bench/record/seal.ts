import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';

/** The content of a seal, or why it has none, as the end of a sentence. */
export type Seal = { sha256: string } | { fault: string };

/** Path of the file beside a record that holds its SHA-256, in the format of sha256sum(1). */
export function sealOf(file: string): string {
  return `${file}.sha256`;
}

/**
 * Writes the seal atomically.
 *
 * @param name of the record within the folder of both files
 */
export function writeSeal(file: string, name: string, sha256: string): void {
  const unfinished = `${sealOf(file)}.tmp`;
  try {
    writeFileSync(unfinished, `${sha256}  ${name}\n`, { flush: true });
    renameSync(unfinished, sealOf(file));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Removes the seal, durably before it returns, because it would be wrong after the next write to the record. */
export function removeSeal(file: string): void {
  rmSync(sealOf(file), { force: true });
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some file systems cannot sync a folder; the removal is then as durable as they allow.
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(folder);
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP');
}

/** Undefined when there is no seal: the run was killed, or a release without seals wrote it. Never throws. */
export async function readSeal(file: string, name: string): Promise<Seal | undefined> {
  let text: string;
  try {
    text = await readFile(sealOf(file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    return { fault: `cannot be read (${messageOf(error)})` };
  }
  const [, sha256, sealed] = /^([0-9a-f]{64}) [ *](.+)\n$/.exec(text) ?? [];
  if (sha256 === undefined || sealed !== name) return { fault: `is not what sha256sum writes of ${name}` };
  return { sha256 };
}
