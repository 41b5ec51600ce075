import { readFileSync } from 'node:fs';
import type { MachineSample } from '../contract/agent.ts';
import { createFirmwareReader } from './firmware.ts';
import { parseFields, parseLine, parseOomKills, readCount, readText } from './kernel-text.ts';
import { readNetwork } from './network.ts';

/** Idle and total ticks in the first line of /proc/stat; waiting for a disk counts as idle. */
export function parseCpuTotals(stat: string): { idleTicks: number; totalTicks: number } {
  const ticks = (stat.split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  return { idleTicks: (ticks[3] ?? 0) + (ticks[4] ?? 0), totalTicks: ticks.reduce((sum, tick) => sum + tick, 0) };
}

/** Creates a reader of the machine. Its CPU share covers the time since the previous call. */
export function createMachineReader(): () => MachineSample {
  const readFirmware = createFirmwareReader();
  let before = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
  return () => {
    const now = parseCpuTotals(readFileSync('/proc/stat', 'utf8'));
    const total = now.totalTicks - before.totalTicks;
    const idle = now.idleTicks - before.idleTicks;
    before = now;
    const virtualMemory = readText('/proc/vmstat');
    return {
      cpuBusyShare: total > 0 ? 1 - idle / total : 0,
      ...readMemory(),
      ...readNetwork(),
      oomKills: parseOomKills(virtualMemory),
      swapInPages: parseLine(virtualMemory, 'pswpin'),
      swapOutPages: parseLine(virtualMemory, 'pswpout'),
      ...readClock(),
      ...readFirmware(),
    };
  };
}

/** Governor and clock of the first CPU, and its temperature, from the kernel. */
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
