import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { ListenSettings } from './model.ts';

/**
 * Makes each server listen on its port, and returns the ports that they took. Closes all of them when one cannot
 * listen.
 */
export async function listenOnAll(servers: Server[], settings: ListenSettings): Promise<number[]> {
  const ports: number[] = [];
  try {
    for (const [index, server] of servers.entries()) {
      server.listen({ host: settings.host, port: settings.ports[index], backlog: settings.backlog });
      await once(server, 'listening');
      const address = server.address();
      if (isAddressInfo(address)) ports.push(address.port);
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return ports;
}

function isAddressInfo(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
