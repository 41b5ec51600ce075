import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';

/** What a seal says, or why it says nothing, as the end of a sentence. */
export type Seal = { sha256: string } | { fault: string };

/** The file beside a record that its SHA-256 is in, as sha256sum(1) writes it and checks it. */
export function sealOf(file: string): string {
  return `${file}.sha256`;
}

/**
 * All of it or nothing.
 *
 * @param name of the record, from the folder that both lie in.
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

/** For good before it returns: of what is written to the record from now on, the seal would be wrong. */
export function removeSeal(file: string): void {
  rmSync(sealOf(file), { force: true });
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some file systems cannot do that with a folder, and are then no safer for it.
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(folder);
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP');
}

/** Undefined where there is none: the run was killed, or is older than seals are. */
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
