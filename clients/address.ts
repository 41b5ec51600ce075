import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CommandError } from './life.ts';

/**
 * The address of a host, looked up once, so that connecting does not measure the resolver.
 *
 * @throws CommandError with this code when it has none.
 */
export async function addressOf(host: string, code: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch {
    throw new CommandError(code, `the host ${host} has no address`);
  }
}
