import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { processGone, until } from '../testing/agent.ts';
import {
  createFirmwareReader,
  findThrottleFile,
  findVoltageAlarm,
  parseFrequency,
  parseThrottleBits,
  parseThrottled,
} from './firmware.ts';

describe("the output of a Raspberry Pi's firmware", () => {
  const files: [text: string | undefined, expected: number | undefined][] = [
    ['0\n', 0],
    ['50005\n', 0x50005],
    ['80000\n', 0x80000],
    ['0xe0008\n', 0xe0008],
    ['', undefined],
    ['none\n', undefined],
    [undefined, undefined],
  ];
  for (const [text, expected] of files) {
    test(`${JSON.stringify(text)} is ${expected}`, () => assert.equal(parseThrottleBits(text), expected));
  }

  const answers: [text: string, bits: number | undefined, hertz: number | undefined][] = [
    ['throttled=0x0\n', 0, undefined],
    ['throttled=0x50000\n', 0x50000, undefined],
    ['frequency(48)=1500345728\n', undefined, 1_500_345_728],
    ['frequency(45)=600117184\n', undefined, 600_117_184],
    ['VCHI initialization failed\n', undefined, undefined],
    ['error=1 error_msg="Command not registered"\n', undefined, undefined],
    ['', undefined, undefined],
  ];
  for (const [text, bits, hertz] of answers) {
    test(`${JSON.stringify(text)} is ${bits ?? hertz}`, () => {
      assert.deepEqual([parseThrottled(text), parseFrequency(text)], [bits, hertz]);
    });
  }
});

/** Makes a folder for each place, with a `vcgencmd` that runs this script. */
function placesWith(t: TestContext, script?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const places = { devices: join(folder, 'devices'), hwmon: join(folder, 'hwmon'), path: `/no/such:${folder}` };
  const asked = join(folder, 'asked');
  if (script !== undefined) {
    const program = join(folder, 'vcgencmd');
    writeFileSync(program, `#!/bin/sh\necho "$$ $*" >> ${asked}\n${script}\n`);
    chmodSync(program, 0o755);
  }
  return {
    places,
    /** Queries that `vcgencmd` received, one per line, each after the id of its process. */
    asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : []),
    write(file: string, text: string) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
  };
}

const pi = `case "$1" in get_throttled) echo throttled=0x50000;; measure_clock) echo "frequency(48)=600117184";; esac`;
const failing = 'echo VCHI initialization failed; exit 255';
const nothing = { firmwareClockHertz: undefined, throttleBits: undefined };

for (const soc of ['soc', 'soc@107c000000']) {
  test(`the file of throttle bits is found below ${soc}`, (t) => {
    const { places, write } = placesWith(t);
    assert.equal(findThrottleFile(places.devices), undefined);
    write(`devices/axi/${soc}:firmware/get_throttled`, '50005\n');
    write(`devices/${soc}/${soc}:firmware/uevent`, '');
    assert.equal(findThrottleFile(places.devices), undefined);
    write(`devices/${soc}/${soc}:firmware/get_throttled`, '50005\n');
    assert.equal(findThrottleFile(places.devices), join(places.devices, soc, `${soc}:firmware`, 'get_throttled'));
  });
}

test('the alarm of the voltage sensor is found by its name', (t) => {
  const { places, write } = placesWith(t);
  assert.equal(findVoltageAlarm(places.hwmon), undefined);
  write('hwmon/hwmon0/name', 'cpu_thermal\n');
  write('hwmon/hwmon0/in0_lcrit_alarm', '1\n');
  assert.equal(findVoltageAlarm(places.hwmon), undefined);
  write('hwmon/hwmon1/name', 'rpi_volt\n');
  write('hwmon/hwmon1/in0_lcrit_alarm', '0\n');
  assert.equal(findVoltageAlarm(places.hwmon), join(places.hwmon, 'hwmon1', 'in0_lcrit_alarm'));
});

describe('a reader of the firmware', () => {
  test('returns the last answer of vcgencmd, and queries it rarely', async (t) => {
    const { places, asked } = placesWith(t, pi);
    const read = createFirmwareReader(places);
    assert.deepEqual(read(), nothing, 'it does not wait for an answer');
    await until('both answers are there', () => !Object.values(read()).includes(undefined));
    assert.deepEqual(read(), { firmwareClockHertz: 600_117_184, throttleBits: 0x50000 });
    const words = asked().map((line) => line.replace(/^\d+ /, ''));
    assert.deepEqual(words.sort(), ['get_throttled', 'measure_clock arm'], 'once in five seconds');
  });

  test("prefers the kernel's throttle bits", async (t) => {
    const { places, asked, write } = placesWith(t, pi);
    write('devices/soc/soc:firmware/get_throttled', '50005\n');
    const read = createFirmwareReader(places);
    assert.equal(read().throttleBits, 0x50005);
    await until('the clock is there', () => read().firmwareClockHertz !== undefined);
    assert.equal(asked().length, 1);
  });

  test('uses the voltage sensor only when nothing else answers', async (t) => {
    const { places, write } = placesWith(t, failing);
    write('hwmon/hwmon1/name', 'rpi_volt\n');
    write('hwmon/hwmon1/in0_lcrit_alarm', '1\n');
    const read = createFirmwareReader(places);
    assert.deepEqual(read(), nothing, 'vcgencmd may yet answer');
    await until('it has failed', () => read().throttleBits !== undefined);
    assert.deepEqual(read(), { ...nothing, throttleBits: 1 });
    assert.deepEqual(createFirmwareReader({ ...places, path: '' })(), { ...nothing, throttleBits: 1 });
  });

  test('returns no values on other machines', (t) => {
    assert.deepEqual(createFirmwareReader(placesWith(t).places)(), nothing);
    const { places, write } = placesWith(t);
    write('vcgencmd', 'not a program');
    assert.deepEqual(createFirmwareReader(places)(), nothing, 'a program that cannot start is ignored');
  });

  test('ends a vcgencmd that hangs, and uses the next source', async (t) => {
    const { places, asked, write } = placesWith(t, 'exec sleep 600');
    write('hwmon/hwmon1/name', 'rpi_volt\n');
    write('hwmon/hwmon1/in0_lcrit_alarm', '0\n');
    const read = createFirmwareReader(places);
    await until('it is given up', () => read().throttleBits !== undefined);
    assert.deepEqual(read(), { ...nothing, throttleBits: 0 });
    const hung = asked().map((line) => Number.parseInt(line, 10));
    assert.equal(hung.length, 2);
    for (const pid of hung) await processGone(pid);
  });

  /** Starts a program that reads once. */
  const reading = (places: object, then: string) => {
    const script = `import { createFirmwareReader } from ${JSON.stringify(join(import.meta.dirname, 'firmware.ts'))};
const read = createFirmwareReader(${JSON.stringify(places)});
read();${then}`;
    return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'ignore', 'inherit'] });
  };

  test('does not keep its process alive', async (t) => {
    const { places, write } = placesWith(t, 'exec sleep 600');
    write('hwmon/hwmon1/name', 'rpi_volt\n');
    write('hwmon/hwmon1/in0_lcrit_alarm', '0\n');
    // The reader reads the sensor once it has given up vcgencmd, so the process must have ended before that.
    const child = reading(
      places,
      `process.on('exit', () => { process.exitCode = read().throttleBits === undefined ? 0 : 4; });`,
    );
    t.after(() => child.kill('SIGKILL'));
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('leaves no vcgencmd behind', async (t) => {
    const { places, asked } = placesWith(t, 'exec sleep 600');
    const child = reading(places, `process.stdin.resume().on('end', () => process.exit(0));`);
    t.after(() => child.kill('SIGKILL'));
    await until('both have been asked', () => asked().length === 2);
    child.stdin.end();
    for (const line of asked()) await processGone(Number.parseInt(line, 10));
    assert.equal(child.exitCode ?? (await once(child, 'exit'))[0], 0);
  });
});
