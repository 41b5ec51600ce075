import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Ceiling, Preflight } from '../ceilings/preflight.ts';
import type { Raise, Setting } from '../tune/settings.ts';

/** A tree of /proc and /sys that nobody depends on, and a place for what is remembered of them. */
export interface TestSysctls {
  root: string;
  stateFile: string;
  set(setting: Setting, value: string): void;
  get(setting: Setting): string;
  /** A governor of cpufreq, and those that it may be. @returns its name. */
  addPolicy(number: number, governor: string, available: string): Setting;
  /** Names of the files that remember something. */
  stateFiles(): string[];
  remove(): void;
}

export function createSysctls(): TestSysctls {
  const folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-tune-'));
  const root = join(folder, 'root');
  const stateFile = join(folder, 'state', 'tuned');
  const fileOf = (setting: Setting) =>
    setting.startsWith('cpufreq/')
      ? join(root, 'sys/devices/system/cpu', setting)
      : join(root, 'proc/sys', setting.replaceAll('.', '/'));
  const sysctls: TestSysctls = {
    root,
    stateFile,
    set(setting, value) {
      mkdirSync(dirname(fileOf(setting)), { recursive: true });
      writeFileSync(fileOf(setting), `${value}\n`);
    },
    addPolicy(number, governor, available) {
      const setting: Setting = `cpufreq/policy${number}/scaling_governor`;
      sysctls.set(setting, governor);
      writeFileSync(join(dirname(fileOf(setting)), 'scaling_available_governors'), `${available} \n`);
      return setting;
    },
    get: (setting) => readFileSync(fileOf(setting), 'utf8').trim(),
    stateFiles: () => (existsSync(dirname(stateFile)) ? readdirSync(dirname(stateFile)) : []),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  sysctls.set('vm.max_map_count', '65530');
  sysctls.set('kernel.threads-max', '30000');
  // As the kernel writes it.
  sysctls.set('net.ipv4.ip_local_port_range', '32768\t60999');
  return sysctls;
}

/** A plan for which these are too low, of this machine unless it says otherwise. */
export function needing(raises: Raise[], isSameMachine = true, host: Ceiling['host'] = 'server'): Preflight {
  return {
    ...{ contender: 'blocking', sending: false, clients: 10, isSameMachine, fits: false, advice: [] },
    ceilings: raises.map((raise) => ({
      ...{ name: raise.setting, host, unit: 'each', limit: 1, current: 0, needed: 2, maxClients: 1 },
      ...{ remedy: 'sudo sysctl', remedyIsCommand: true, raise },
    })),
  };
}

/** Runs `body` while what is written to a file below `root` is what `change` makes of it. */
export function withWrites<Result>(
  root: string,
  change: (file: string, value: string) => string,
  body: () => Result,
): Result {
  const original = fs.writeFileSync;
  fs.writeFileSync = (file, data, options) => {
    const path = String(file);
    original(file, path.startsWith(root) ? change(path, String(data)) : data, options);
  };
  syncBuiltinESMExports();
  try {
    return body();
  } finally {
    fs.writeFileSync = original;
    syncBuiltinESMExports();
  }
}
