import type { HostLimits } from '../../servers/contract/limits.ts';

interface Ends {
  /** Where no card tells it (`--link-mbit`). */
  linkMegabitsPerSecond?: number | undefined;
  server: Pick<HostLimits, 'links'>;
  fleet: Pick<HostLimits, 'links'>;
}

/** Of the links of both machines that are up and tell their speed; undefined when none does. */
export function slowestLink({ linkMegabitsPerSecond, server, fleet }: Ends): number | undefined {
  const known = [...server.links, ...fleet.links].flatMap(({ megabitsPerSecond }) => megabitsPerSecond || []);
  return linkMegabitsPerSecond ?? (known.length > 0 ? Math.min(...known) : undefined);
}
