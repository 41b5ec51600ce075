import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { isAbsolute, join } from 'node:path';
import type { MachineSample } from '../contract/agent.ts';
import { readText } from './kernel-text.ts';

type FirmwareSample = Pick<MachineSample, 'firmwareClockHertz' | 'throttleBits'>;

/**
 * Where to read a Raspberry Pi's firmware: the kernel's directories of platform devices and of hwmon, and the search
 * path of `vcgencmd`, which queries the firmware.
 */
export interface FirmwarePlaces {
  devices: string;
  hwmon: string;
  path: string;
}

/** Interval between queries, each of which costs a process. */
const queryMilliseconds = 5_000;
/** Shorter than the interval, so that two queries never run at once. */
const timeoutMilliseconds = 4_000;

/**
 * Parses hexadecimal digits, without 0x in the kernel's file (get_throttled_show, drivers/firmware/raspberrypi.c of
 * Raspberry Pi's Linux). The file holds the firmware's last answer; its hwmon driver asks every two seconds.
 */
export function parseThrottleBits(text: string | undefined): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Parses `throttled=0x50000`, as vcgencmd prints it. */
export function parseThrottled(text: string): number | undefined {
  return parseThrottleBits(/^throttled=(.*)/.exec(text)?.[1]);
}

/** Parses `frequency(48)=1500345728`, in hertz. The number in brackets is the clock's, 45 with older firmware. */
export function parseFrequency(text: string): number | undefined {
  const hertz = /^frequency\(\d+\)=(\d+)\s*$/.exec(text)?.[1];
  return hertz === undefined ? undefined : Number(hertz);
}

/** Finds the file of throttle bits below the SoC's device: `soc`, and on a Raspberry Pi 5 `soc@107c000000`. */
export function findThrottleFile(devices: string): string | undefined {
  return list(devices)
    .map((name) => `${devices}/${name}/${name}:firmware/get_throttled`)
    .find((path) => existsSync(path));
}

/**
 * Finds the alarm of the voltage sensor (drivers/hwmon/raspberrypi-hwmon.c): 1 is under-voltage within the last two
 * seconds.
 */
export function findVoltageAlarm(hwmon: string): string | undefined {
  return list(hwmon)
    .filter((name) => readText(join(hwmon, name, 'name'))?.trim() === 'rpi_volt')
    .map((name) => join(hwmon, name, 'in0_lcrit_alarm'))
    .find((path) => existsSync(path));
}

/**
 * Creates a reader of the firmware that never waits for an answer. On other machines it costs nothing after the first
 * look.
 */
export function createFirmwareReader({ devices, hwmon, path } = defaultPlaces()): () => FirmwareSample {
  const throttleFile = findThrottleFile(devices);
  const alarmFile = findVoltageAlarm(hwmon);
  const program = path
    .split(':')
    .filter(isAbsolute)
    .map((folder) => join(folder, 'vcgencmd'))
    .find((file) => existsSync(file));
  const clock =
    program === undefined ? undefined : new VcgencmdQuery(program, ['measure_clock', 'arm'], parseFrequency);
  const throttled = program === undefined ? undefined : new VcgencmdQuery(program, ['get_throttled'], parseThrottled);

  const readThrottleBits = () => {
    if (throttleFile !== undefined) return parseThrottleBits(readText(throttleFile));
    // Never alternates between the two: a bit that only one of them knows would look like a change.
    if (throttled !== undefined && !throttled.isUnavailable) return throttled.latest();
    return alarmFile === undefined ? undefined : parseThrottleBits(readText(alarmFile));
  };
  return () => ({ firmwareClockHertz: clock?.latest(), throttleBits: readThrottleBits() });
}

function defaultPlaces(): FirmwarePlaces {
  return {
    devices: '/sys/devices/platform',
    hwmon: '/sys/class/hwmon',
    // The PATH of a service may lack /usr/bin; vcgencmd was in /opt/vc/bin until Raspberry Pi OS 11.
    path: `${process.env.PATH}:/usr/bin:/opt/vc/bin`,
  };
}

/** A query of `vcgencmd`, each time in a process of its own that is never awaited. */
class VcgencmdQuery {
  readonly #program: string;
  readonly #words: string[];
  readonly #parse: (text: string) => number | undefined;
  #answer: number | undefined;
  #hasAnswered = false;
  #notBefore = 0;

  constructor(program: string, words: string[], parse: (text: string) => number | undefined) {
    this.#program = program;
    this.#words = words;
    this.#parse = parse;
  }

  /**
   * True when the first query failed, which is final: only some users (the group `video`) and some firmware can answer
   * it.
   */
  get isUnavailable(): boolean {
    return this.#notBefore === Number.POSITIVE_INFINITY;
  }

  /**
   * Returns the newest answer, and starts a new query when it is old. Undefined before the first answer, and when the
   * last query failed.
   */
  latest(): number | undefined {
    const now = performance.now();
    if (now >= this.#notBefore) {
      this.#notBefore = now + queryMilliseconds;
      this.#start();
    }
    return this.#answer;
  }

  #start(): void {
    // Unlike the option `timeout`, this signal does not keep the agent alive.
    const options = { signal: AbortSignal.timeout(timeoutMilliseconds), killSignal: 'SIGKILL' } as const;
    try {
      const child = execFile(this.#program, this.#words, options, (error, stdout) => {
        process.off('exit', kill);
        this.#settle(error === null ? this.#parse(stdout) : undefined);
      });
      const kill = () => child.kill('SIGKILL');
      process.once('exit', kill);
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
    } catch {
      // Node throws at once when it cannot start a process, for example for lack of memory.
      this.#settle(undefined);
    }
  }

  #settle(answer: number | undefined): void {
    this.#answer = answer;
    this.#hasAnswered ||= answer !== undefined;
    if (!this.#hasAnswered) this.#notBefore = Number.POSITIVE_INFINITY;
  }
}

function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
