import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { MachineSample } from '../contract/agent.ts';
import { parseFields, parseOomKills, readCount, readText } from './kernel-text.ts';
import { readNetwork } from './network.ts';

const platformDevices = '/sys/devices/platform';

/** Idle and total ticks of the first line of /proc/stat; waiting for a disk is idle too. */
export function parseCpuTotals(stat: string): { idleTicks: number; totalTicks: number } {
  const ticks = (stat.split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return { idleTicks: (ticks[3] ?? 0) + (ticks[4] ?? 0), totalTicks: ticks.reduce((sum, tick) => sum + tick, 0) };
}

/**
 * Hexadecimal digits without 0x (get_throttled_show, drivers/firmware/raspberrypi.c of Raspberry Pi's Linux): what the
 * firmware said last, which its hwmon driver asks every two seconds.
 */
export function parseThrottleBits(text: string | undefined): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Reads the machine. Its CPU share is over the time since the call before. */
export function createMachineReader(): () => MachineSample {
  const throttle = findThrottleFile(platformDevices);
  let before = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
  return () => {
    const now = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
    const total = now.totalTicks - before.totalTicks;
    const idle = now.idleTicks - before.idleTicks;
    before = now;
    return {
      cpuBusyShare: total > 0 ? 1 - idle / total : 0,
      ...readMemory(),
      ...readNetwork(),
      oomKills: parseOomKills(readText('/proc/vmstat')),
      throttleBits: throttle === undefined ? undefined : parseThrottleBits(readText(throttle)),
      ...readClock(),
    };
  };
}

/** What the kernel says of the first CPU's clock, and how warm it is. */
function readClock(): Pick<MachineSample, 'governor' | 'clockHertz' | 'temperatureCelsius'> {
  const cpu = '/sys/devices/system/cpu/cpu0/cpufreq';
  const kilohertz = readCount(`${cpu}/scaling_cur_freq`);
  const millidegrees = readCount('/sys/class/thermal/thermal_zone0/temp');
  return {
    governor: readText(`${cpu}/scaling_governor`)?.trim(),
    clockHertz: kilohertz === undefined ? undefined : kilohertz * 1_000,
    temperatureCelsius: millidegrees === undefined ? undefined : millidegrees / 1_000,
  };
}

export function readMemory(): { memoryAvailableBytes: number; memoryTotalBytes: number } {
  const memory = parseFields(readFileSync('/proc/meminfo', 'utf8'));
  return {
    memoryAvailableBytes: memory.get('MemAvailable') ?? 0,
    memoryTotalBytes: memory.get('MemTotal') ?? 0,
  };
}

/** Below the SoC's device, which is called `soc`, and on a Raspberry Pi 5 `soc@107c000000`. */
export function findThrottleFile(devices: string): string | undefined {
  if (!existsSync(devices)) return undefined;
  return readdirSync(devices)
    .map((name) => `${devices}/${name}/${name}:firmware/get_throttled`)
    .find((path) => existsSync(path));
}
