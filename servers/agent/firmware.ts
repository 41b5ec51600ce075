import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { isAbsolute, join } from 'node:path';
import type { MachineSample } from '../contract/agent.ts';
import { readText } from './kernel-text.ts';

type FirmwareSample = Pick<MachineSample, 'firmwareClockHertz' | 'throttleBits'>;

/** Where the kernel shows what a Raspberry Pi's firmware says, and where `vcgencmd` may be, which asks it. */
export interface FirmwarePlaces {
  devices: string;
  hwmon: string;
  path: string;
}

/** Each answer costs a process. */
const askMilliseconds = 5_000;
/** Less than that, so that no two wait for the same answer. */
const timeoutMilliseconds = 4_000;

/**
 * Hexadecimal digits without 0x (get_throttled_show, drivers/firmware/raspberrypi.c of Raspberry Pi's Linux): what the
 * firmware said last, which its hwmon driver asks every two seconds.
 */
export function parseThrottleBits(text: string | undefined): number | undefined {
  const digits = /^(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** `throttled=0x50000`, as vcgencmd prints it. */
export function parseThrottled(text: string): number | undefined {
  return parseThrottleBits(/^throttled=(.*)/.exec(text)?.[1]);
}

/** `frequency(48)=1500345728`; the number in brackets is the clock's, 45 with older firmware. */
export function parseFrequency(text: string): number | undefined {
  const hertz = /^frequency\(\d+\)=(\d+)\s*$/.exec(text)?.[1];
  return hertz === undefined ? undefined : Number(hertz);
}

/** Below the SoC's device, which is called `soc`, and on a Raspberry Pi 5 `soc@107c000000`. */
export function findThrottleFile(devices: string): string | undefined {
  return list(devices)
    .map((name) => `${devices}/${name}/${name}:firmware/get_throttled`)
    .find((path) => existsSync(path));
}

/** What its voltage sensor has noticed within two seconds (drivers/hwmon/raspberrypi-hwmon.c): 1 is under-voltage. */
export function findVoltageAlarm(hwmon: string): string | undefined {
  return list(hwmon)
    .filter((name) => readText(join(hwmon, name, 'name'))?.trim() === 'rpi_volt')
    .map((name) => join(hwmon, name, 'in0_lcrit_alarm'))
    .find((path) => existsSync(path));
}

/** Reads what the firmware says, and never waits for it. On another machine it costs nothing, once it has looked. */
export function createFirmwareReader({ devices, hwmon, path } = usualPlaces()): () => FirmwareSample {
  const throttleFile = findThrottleFile(devices);
  const alarmFile = findVoltageAlarm(hwmon);
  const program = path
    .split(':')
    .filter(isAbsolute)
    .map((folder) => join(folder, 'vcgencmd'))
    .find((file) => existsSync(file));
  const clock = program === undefined ? undefined : new Question(program, ['measure_clock', 'arm'], parseFrequency);
  const throttled = program === undefined ? undefined : new Question(program, ['get_throttled'], parseThrottled);

  const readThrottleBits = () => {
    if (throttleFile !== undefined) return parseThrottleBits(readText(throttleFile));
    // Not both in turn: a bit that only one of the two knows would look like a change.
    if (throttled !== undefined && !throttled.isHopeless) return throttled.ask();
    return alarmFile === undefined ? undefined : parseThrottleBits(readText(alarmFile));
  };
  return () => ({ firmwareClockHertz: clock?.ask(), throttleBits: readThrottleBits() });
}

function usualPlaces(): FirmwarePlaces {
  return {
    devices: '/sys/devices/platform',
    hwmon: '/sys/class/hwmon',
    // The PATH of a service may lack the first; the second was the place until Raspberry Pi OS 11.
    path: `${process.env.PATH}:/usr/bin:/opt/vc/bin`,
  };
}

/** One thing that `vcgencmd` is asked, in a process of its own that is never waited for. */
class Question {
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

  /** Not for all users (the group `video`), nor on all firmware: what has failed the first time is not asked again. */
  get isHopeless(): boolean {
    return this.#notBefore === Number.POSITIVE_INFINITY;
  }

  /** The newest answer; asks anew when it is old. Undefined until one has come, and when the last try failed. */
  ask(): number | undefined {
    const now = performance.now();
    if (now >= this.#notBefore) {
      this.#notBefore = now + askMilliseconds;
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
      // No memory for another process, say: Node throws that at once.
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
