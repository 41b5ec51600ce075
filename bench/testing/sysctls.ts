import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Ceiling, Preflight } from '../ceilings/preflight.ts';
import type { Raise, Setting } from '../tune/settings.ts';

/** A copy of parts of /proc and /sys that only a test uses, and a place for the state files of tuning. */
export interface TestSysctls {
  root: string;
  stateFile: string;
  set(setting: Setting, value: string): void;
  get(setting: Setting): string;
  /** Adds a cpufreq policy with its governor and the available ones. @returns its setting. */
  addPolicy(number: number, governor: string, available: string): Setting;
  /** Names of the state files. */
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
  // The kernel separates the two values by a tab.
  sysctls.set('net.ipv4.ip_local_port_range', '32768\t60999');
  return sysctls;
}

/** A plan for which these settings are too low. */
export function needing(raises: Raise[], isSameMachine = true, host: Ceiling['host'] = 'server'): Preflight {
  return {
    ...{ contender: 'blocking', sending: false, clients: 10, isSameMachine, fits: false, advice: [] },
    ceilings: raises.map((raise) => ({
      ...{ name: raise.setting, host, unit: 'each', limit: 1, current: 0, needed: 2, maxClients: 1 },
      ...{ remedy: 'sudo sysctl', remedyIsCommand: true, raise },
    })),
  };
}

/** Runs `body` while `change` replaces every value that is written to a file below `root`. */
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
