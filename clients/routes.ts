import type { Route } from './client.ts';
import type { FleetConfiguration } from './contract.ts';

/** Where clients connect to and from: ports and source addresses in turn, over all clients of the process. */
export class Routes {
  readonly #settings: Pick<FleetConfiguration, 'host' | 'ports' | 'localAddresses'>;
  #given = 0;

  constructor(settings: Pick<FleetConfiguration, 'host' | 'ports' | 'localAddresses'>) {
    this.#settings = settings;
  }

  next(): Route {
    const { host, ports, localAddresses } = this.#settings;
    const port = ports[this.#given % ports.length] ?? 0;
    // An address is kept until every port had its turn: else two lists of one length would meet in the same pairs only.
    const localAddress = localAddresses[Math.floor(this.#given / ports.length) % localAddresses.length];
    this.#given += 1;
    return localAddress === undefined ? { host, port } : { host, port, localAddress };
  }
}
