import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveConfig } from '../plan/resolve-config.ts';
import { roomyLimits } from '../testing/samples.ts';
import { predictCeilings } from './predict-ceilings.ts';

const config = resolveConfig({ profile: 'quick', clients: '25000', clientsPerProcess: '10000', ports: '1' }, true);
const portsOf = (address: string, fleetPlaces?: number) => {
  const limits = { server: roomyLimits, fleet: roomyLimits };
  const places = fleetPlaces === undefined ? {} : { fleetPlaces };
  const [first] = predictCeilings(config, { limits, isSameMachine: false, address, ...places });
  const found = first?.ceilings.find(({ name }) => name === 'client ports');
  return found && [found.needed, found.limit / (roomyLimits.portHigh - roomyLimits.portLow + 1)];
};

/** The clients on this machine, and how many source addresses they use. */
const table: [address: string, places: number | undefined, found: [clients: number, addresses: number]][] = [
  ['127.0.0.1', undefined, [25_000, 3]],
  ['127.0.0.1', 1, [25_000, 3]],
  ['127.0.0.1', 2, [12_500, 2]],
  ['127.0.0.1', 3, [8_334, 1]],
  ['10.0.0.2', 1, [25_000, 1]],
  ['10.0.0.2', 3, [8_334, 1]],
];
for (const [address, places, found] of table) {
  test(`client ports are predicted for the part of the fleet on this machine: ${places ?? 'default'} places, ${address}`, () => {
    assert.deepEqual(portsOf(address, places), found);
  });
}
