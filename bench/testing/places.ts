import { type FleetPlace, fleetHere } from '../host/fleet-place.ts';

/** How far the clock of the second place is ahead: a machine that was started some time before this one. */
export const aheadMilliseconds = 100_000_000;

/** What CLOCK_MONOTONIC is read by, of a machine with another one. */
const otherClock = `const { bigint } = process.hrtime; process.hrtime.bigint = () => bigint() + ${aheadMilliseconds}000000n;`;

/** Another machine for a test, on this one: real fleet processes, started through another program, by another clock. */
export const secondPlace: FleetPlace = {
  ...fleetHere,
  name: 'pi@second',
  command: ['sh', '-c', 'exec "$0" "$@"', ...withOption(`--import=data:text/javascript,${otherClock}`)],
  isHere: false,
};

function withOption(option: string): string[] {
  const [node, ...words] = fleetHere.command;
  return [node, option, ...words];
}
