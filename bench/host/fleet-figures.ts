import type { FleetWindow } from '../../clients/contract.ts';

/** CPU time of a fleet process as a share of one core: its loop is its one thread. */
export function busyShare(
  { cpuUserMicroseconds, cpuSystemMicroseconds }: Pick<FleetWindow, 'cpuUserMicroseconds' | 'cpuSystemMicroseconds'>,
  milliseconds: number,
): number {
  return (cpuUserMicroseconds + cpuSystemMicroseconds) / 1_000 / milliseconds;
}

/** Of the process whose loop had the most to do. */
export function busiestShare(fleet: readonly FleetWindow[]): number {
  return Math.max(...fleet.map((window) => busyShare(window, window.durationMilliseconds)));
}

/** Of all processes together, each by its own window. */
export function sentPerSecond(fleet: readonly FleetWindow[]): number {
  return fleet.reduce((sum, { sent, durationMilliseconds }) => sum + (sent / durationMilliseconds) * 1_000, 0);
}
