import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';

/** The names of files below /proc/sys, with dots for slashes. */
export const sysctls = [
  'vm.max_map_count',
  'kernel.threads-max',
  'kernel.pid_max',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_mem',
  'net.core.somaxconn',
  'net.ipv4.tcp_max_syn_backlog',
  'fs.nr_open',
  'fs.file-max',
  'net.netfilter.nf_conntrack_max',
] as const;
export type Sysctl = (typeof sysctls)[number];

/** A file below /sys/devices/system/cpu that chooses the clock of some cores. */
const governorSchema = z.templateLiteral(['cpufreq/policy', z.string().regex(/^\d{1,4}$/), '/scaling_governor']);
type Governor = z.infer<typeof governorSchema>;

/** All that `--tune` may set. Root writes to files by these names, so the list is closed. */
export const settingSchema = z.union([z.enum(sysctls), governorSchema]);
export type Setting = z.infer<typeof settingSchema>;

/** `value` is written as in the file: numbers with one space between them, or the name of a governor. */
export const raiseSchema = z
  .object({ setting: settingSchema, value: z.string() })
  .refine(({ setting, value }) => isValueOf(setting, value), 'not a value of this setting');
export type Raise = z.infer<typeof raiseSchema>;

/** Keeps every core at its highest clock, so that the kernel's delay in raising it adds no cost to a server. */
const highestGovernor = 'performance';
const clocks = 'sys/devices/system/cpu';

/** Raises for all cores of this machine that can have a higher governor. @param root holds /proc and /sys. */
export function governorRaises(root = '/'): Raise[] {
  return policies(join(root, clocks, 'cpufreq')).flatMap((policy): Raise[] => {
    const setting: Governor = `cpufreq/policy${policy}/scaling_governor`;
    const governor = readSetting(setting, root);
    const available = textOf(join(root, clocks, `cpufreq/policy${policy}/scaling_available_governors`)) ?? '';
    return governor !== highestGovernor && available.split(' ').includes(highestGovernor)
      ? [{ setting, value: highestGovernor }]
      : [];
  });
}

/** The value in the form of a raise; undefined where the machine has no such setting. */
export function readSetting(setting: Setting, root: string): string | undefined {
  return textOf(fileOf(setting, root));
}

/** Why the setting does not have the written value; undefined when it has. */
export function writeSetting(setting: Setting, value: string, root: string): string | undefined {
  try {
    writeFileSync(fileOf(setting, root), value);
  } catch (error) {
    return messageOf(error);
  }
  const now = readSetting(setting, root);
  return now === value ? undefined : `the kernel made it ${now}`;
}

export function isValueOf(setting: Setting, value: string): boolean {
  if (isGovernor(setting)) return /^[\w-]{1,15}$/.test(value);
  if (setting === 'net.ipv4.ip_local_port_range') return /^\d{1,5} \d{1,5}$/.test(value);
  if (setting === 'net.ipv4.tcp_mem') return /^\d{1,20}( \d{1,20}){2}$/.test(value);
  return /^\d{1,20}$/.test(value);
}

/** The greater of two values, number by number. For ranges of ports, the range that includes both. */
export function higher(setting: Setting, value: string, other: string): string {
  if (isGovernor(setting)) return other === highestGovernor ? other : value;
  const others = other.split(' ');
  return value
    .split(' ')
    .map((number, index) => {
      const otherNumber = others[index] ?? number;
      const isLowEnd = setting === 'net.ipv4.ip_local_port_range' && index === 0;
      const isHigher = isLowEnd ? Number(otherNumber) < Number(number) : Number(otherNumber) > Number(number);
      return isHigher ? otherNumber : number;
    })
    .join(' ');
}

function isGovernor(setting: Setting): setting is Governor {
  return setting.startsWith('cpufreq/');
}

function fileOf(setting: Setting, root: string): string {
  return isGovernor(setting) ? join(root, clocks, setting) : join(root, 'proc/sys', setting.replaceAll('.', '/'));
}

function policies(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => /^policy(\d{1,4})$/.exec(name)?.[1] ?? []);
  } catch {
    // Most virtual machines have no such folder.
    return [];
  }
}

/** The text of a file, with one space in place of tabs or several spaces. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim().replaceAll(/\s+/g, ' ');
  } catch {
    return undefined;
  }
}
