import type { Summary } from '../../summary/summary.ts';

/** What is never the same of two runs, and does not matter. */
const ownPaths =
  /^(config\.seed|limits\.\w+\.(memoryAvailableBytes|cgroupMemoryBytes|cgroupPids|threads|conntrackEntries))$/;

/** Whatever two runs were not alike in, but for what they measured: one line each, by its path in the summary. Pure. */
export function differences(first: Summary, second: Summary): string[] {
  const [before, after] = [first, second].map(
    ({ config, environment, machines, limits, isSameMachine, furtherFleet }) =>
      flatten({ config, environment, machines, limits, isSameMachine, furtherFleet }),
  );
  if (before === undefined || after === undefined) return [];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => !ownPaths.test(path) && before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? 'absent'}, then ${after.get(path) ?? 'absent'}`);
}

/** "config.ramp.clients" and what stands there, as JSON. */
function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? new Map() : new Map([[path, JSON.stringify(value)]]);
  }
  const entries = Object.entries(value).flatMap(([name, inner]) => [
    ...flatten(inner, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(entries);
}
