import type { Route } from './client.ts';
import type { FleetConfiguration } from './contract.ts';

/** Assigns ports and source addresses to the clients of the process, in turn. */
export class Routes {
  readonly #settings: Pick<FleetConfiguration, 'host' | 'ports' | 'localAddresses'>;
  #assigned = 0;

  constructor(settings: Pick<FleetConfiguration, 'host' | 'ports' | 'localAddresses'>) {
    this.#settings = settings;
  }

  next(): Route {
    const { host, ports, localAddresses } = this.#settings;
    const port = ports[this.#assigned % ports.length] ?? 0;
    // The address changes only after every port had its turn: otherwise two lists of equal length would always form the
    // same pairs.
    const localAddress = localAddresses[Math.floor(this.#assigned / ports.length) % localAddresses.length];
    this.#assigned += 1;
    return localAddress === undefined ? { host, port } : { host, port, localAddress };
  }
}
