import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CommandError } from './life.ts';

/**
 * The IP address of `host`, looked up once, so that connecting does not measure the resolver.
 *
 * @throws CommandError with `code` when the host has no address.
 */
export async function addressOf(host: string, code: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch {
    throw new CommandError(code, `the host ${host} has no address: check its name`);
  }
}
