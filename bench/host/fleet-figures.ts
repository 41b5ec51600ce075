import type { FleetWindow } from '../../clients/contract.ts';

/** CPU time of a fleet process as a share of one core, because its event loop is its only thread. */
export function busyShare(
  { cpuUserMicroseconds, cpuSystemMicroseconds }: Pick<FleetWindow, 'cpuUserMicroseconds' | 'cpuSystemMicroseconds'>,
  milliseconds: number,
): number {
  return (cpuUserMicroseconds + cpuSystemMicroseconds) / 1_000 / milliseconds;
}

/** Busy share of the busiest fleet process. */
export function busiestShare(fleet: readonly FleetWindow[]): number {
  return Math.max(...fleet.map((window) => busyShare(window, window.durationMilliseconds)));
}

/** Messages sent a second by all processes, each over its own window. */
export function sentPerSecond(fleet: readonly FleetWindow[]): number {
  return fleet.reduce((sum, { sent, durationMilliseconds }) => sum + (sent / durationMilliseconds) * 1_000, 0);
}
