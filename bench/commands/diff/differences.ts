import type { Summary } from '../../summary/summary.ts';

/** Values that differ between any two runs and do not matter. */
const ownPaths =
  /^(config\.seed|limits\.\w+\.(memoryAvailableBytes|cgroupMemoryBytes|cgroupPids|threads|conntrackEntries))$/;

/** Differences of two runs apart from their figures: one line each, by path in the summary. Pure. */
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

/** Leaf values as JSON, by path: "config.ramp.clients". */
function flatten(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? new Map() : new Map([[path, JSON.stringify(value)]]);
  }
  const entries = Object.entries(value).flatMap(([name, inner]) => [
    ...flatten(inner, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(entries);
}
