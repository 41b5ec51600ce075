import type { HostLimits } from '../../servers/contract/limits.ts';

interface Ends {
  /** Where no card tells it (`--link-mbit`). */
  linkMegabitsPerSecond?: number | undefined;
  server: Pick<HostLimits, 'links'>;
  fleet: Pick<HostLimits, 'links'>;
  /** The server's link carries the messages of all, that of one of several machines of the fleet its part of them. */
  fleetPlaces?: number;
}

/** Of the links of both machines that are up and tell their speed; undefined when none does. */
export function slowestLink({ linkMegabitsPerSecond, server, fleet, fleetPlaces = 1 }: Ends): number | undefined {
  const speeds = ({ links }: Pick<HostLimits, 'links'>) =>
    links.flatMap(({ megabitsPerSecond }) => megabitsPerSecond || []);
  const known = [...speeds(server), ...speeds(fleet).map((speed) => speed * fleetPlaces)];
  return linkMegabitsPerSecond ?? (known.length > 0 ? Math.min(...known) : undefined);
}
