import { type FleetPlace, fleetHere } from '../host/fleet-place.ts';

/** How far the clock of the second place is ahead, like that of a machine that booted earlier. */
export const aheadMilliseconds = 100_000_000;

/** Code that shifts `process.hrtime.bigint`, by which a fleet process reads CLOCK_MONOTONIC. */
const otherClock = `const { bigint } = process.hrtime; process.hrtime.bigint = () => bigint() + ${aheadMilliseconds}000000n;`;

/** Simulates another machine on this one: real fleet processes, started through a shell, with another clock. */
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
