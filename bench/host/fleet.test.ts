import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type FleetLine, fleetCommandSchema } from '../../clients/contract.ts';
import { hangMilliseconds } from '../../servers/testing/hang.ts';
import { startTestServer, type TestServer } from '../../servers/testing/start.ts';
import { parseCoreList } from '../plan/pinning.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { mergeQuantiles } from '../stats/histogram.ts';
import { aheadMilliseconds, secondPlace } from '../testing/places.ts';
import { markedProcesses, markVariable } from '../testing/processes.ts';
import { Fleet, type FleetOptions, type PlaceClock } from './fleet.ts';
import { type FleetPlace, fleetHere } from './fleet-place.ts';

const config = resolveConfig({ profile: 'smoke', clientsPerProcess: '10' }, true);
const clients = 25;

describe('a fleet on two machines', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer('async');
  });
  after(() => server.stop());

  /** Its lines, by process, and the clock offsets it measured. */
  interface Told {
    lines: FleetLine[][];
    clocks: PlaceClock[];
  }

  async function start(places: readonly FleetPlace[], told: Told, changes: Partial<FleetOptions> = {}): Promise<Fleet> {
    return Fleet.start({
      config,
      host: { address: '127.0.0.1', serverName: 'localhost' },
      places,
      ports: server.ready.ports,
      ca: server.ca,
      clients,
      seed: 1,
      onLine: (process, line) => {
        told.lines[process] ??= [];
        told.lines[process].push(line);
      },
      onClock: (clock) => void told.clocks.push(clock),
      signal: new AbortController().signal,
      ...changes,
    });
  }

  const nothingTold = (): Told => ({ lines: [], clocks: [] });
  const sum = <Part>(parts: readonly Part[], value: (part: Part) => number) =>
    parts.reduce((total, part) => total + value(part), 0);

  test('adds up clients, windows and histograms exactly to what the server counted', async () => {
    const before = (await server.counters()).counters;
    const told = nothingTold();
    const fleet = await start([fleetHere, secondPlace], told);
    try {
      assert.equal(fleet.processes, 4, 'two per machine, of ten clients each');
      const connected = await fleet.connect(clients, 500, hangMilliseconds);
      assert.deepEqual(
        connected.map(({ open }) => open),
        [7, 6, 6, 6],
      );
      assert.equal(
        sum(connected, (part) => mergeQuantiles([part.connectMicroseconds])?.count ?? 0),
        clients,
      );
      fleet.send(true);
      fleet.measure('one');
      await server.counted('pings', before.pings + 100);
      const windows = await fleet.report();
      assert.equal(windows.length, 4);
      assert.equal(
        sum(windows, ({ open }) => open),
        clients,
      );
      const timed = sum(windows, ({ pongs, outstanding }) => pongs + outstanding);
      const merged = (name: 'correctedMicroseconds' | 'latenessMicroseconds') =>
        mergeQuantiles(windows.map((window) => window[name]));
      assert.equal(merged('correctedMicroseconds')?.count, timed);
      assert.equal(
        merged('latenessMicroseconds')?.count,
        sum(windows, ({ sent }) => sent),
      );
      const slowest = windows.map(({ correctedMicroseconds }) => mergeQuantiles([correctedMicroseconds]));
      assert.equal(
        merged('correctedMicroseconds')?.maxMilliseconds,
        Math.max(...slowest.map((one) => one?.maxMilliseconds ?? 0)),
      );
    } finally {
      await fleet.stop();
    }
    const ends = told.lines.map((lines) => lines.at(-1));
    const sent = sum(ends, (line) => (line?.type === 'stopped' ? (line.sent ?? 0) : Number.NaN));
    const counted = await server.counted('ended', before.ended + clients);
    assert.equal(counted.messages - before.messages, sent);
  });

  test('splits clients, rates and handshakes exactly over its processes', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    // `tee` copies the commands of each process to a file.
    const overheard = [fleetHere, secondPlace].map((place) => ({
      ...place,
      command: ['sh', '-c', `tee '${folder}'/$$ | "$0" "$@"`, ...place.command] as const,
    }));
    const ramp = { ...config.ramp, maxHandshakesInFlight: 67 };
    const fleet = await start(overheard, nothingTold(), { config: { ...config, ramp } });
    try {
      await fleet.connect(clients, 490.7, hangMilliseconds);
    } finally {
      await fleet.stop();
    }
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    const commands = files
      .flatMap((text) => text.trim().split('\n'))
      .map((line) => fleetCommandSchema.parse(JSON.parse(line)));
    const configured = commands.filter((command) => command.type === 'configure');
    const connect = commands.filter((command) => command.type === 'connect');
    assert.deepEqual([configured.length, connect.length], [4, 4]);
    assert.equal(
      sum(configured, ({ maxHandshakesInFlight }) => maxHandshakesInFlight),
      67,
    );
    assert.equal(
      sum(configured, ({ pingsPerSecond }) => pingsPerSecond),
      config.fleet.pingsPerSecond,
    );
    assert.equal(
      sum(connect, ({ clients }) => clients),
      clients,
    );
    assert.equal(
      sum(connect, ({ perSecond }) => perSecond),
      490.7,
    );
    assert.deepEqual(configured.map(({ index }) => index).sort(), [0, 1, 2, 3]);
  });

  test('makes exactly as many clients arrive as are due, even fewer than processes', async () => {
    const told = nothingTold();
    const fleet = await start([fleetHere, secondPlace], told);
    try {
      const many = await fleet.arrive(25.3, 1_000, hangMilliseconds);
      assert.deepEqual(
        many.map(({ due, finished }) => [due, finished]),
        [7, 7, 6, 6].map((part) => [part, part]),
      );
      const few = await fleet.arrive(20, 100, hangMilliseconds);
      assert.deepEqual(
        few.map(({ due }) => due),
        [1, 1],
      );
    } finally {
      await fleet.stop();
    }
  });

  test('measures the clock of the other machine once, through its first process', async () => {
    const told = nothingTold();
    const fleet = await start([fleetHere, secondPlace], told);
    await fleet.stop();
    const [clock, ...others] = told.clocks;
    assert.deepEqual(others, []);
    assert.ok(clock !== undefined);
    assert.deepEqual([clock.process, clock.place], [1, secondPlace.name]);
    assert.ok(Math.abs(clock.offsetMilliseconds - aheadMilliseconds) <= clock.uncertaintyMilliseconds);
    const readings = told.lines.map((lines) => lines.filter(({ type }) => type === 'clock').length);
    assert.deepEqual(readings, [0, 8, 0, 0]);
  });

  test('measures no clock on this machine alone', async () => {
    const told = nothingTold();
    await (await start([fleetHere], told)).stop();
    assert.deepEqual(told.clocks, []);
  });

  test('pins only the processes on this machine to its cores', async () => {
    const coresOf = (pid: number | 'self') =>
      parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '');
    const all = coresOf('self');
    const told = nothingTold();
    const pinning = { server: all, fleet: all.slice(-1) };
    const fleet = await start([fleetHere, secondPlace], told, { config: { ...config, pinning }, clients: 1 });
    try {
      const pids = told.lines.flatMap((lines) => lines.flatMap((line) => (line.type === 'ready' ? [line.pid] : [])));
      assert.deepEqual(pids.map(coresOf), [all.slice(-1), all]);
    } finally {
      await fleet.stop();
    }
  });

  /** The places with a mark in their environment, by which the test finds every process that they start. */
  function marked(places: readonly FleetPlace[], mark: string): FleetPlace[] {
    return places.map((place) => ({ ...place, environment: { ...place.environment, [markVariable]: mark } }));
  }

  const unable: [title: string, command: FleetPlace['command'], message: RegExp][] = [
    ['does not exist', ['/nowhere/node'], /ended \(with exit code -2\): spawn \/nowhere\/node ENOENT$/],
    ['ends at once', ['sh', '-c', 'echo no room >&2; exit 3'], /ended \(with exit code 3\): no room$/],
    ['prints other lines', ['sh', '-c', 'echo Welcome; exit 0'], /not a line of its contract: Welcome$/],
  ];
  for (const [title, command, message] of unable) {
    test(`does not start when the program of one ${title}; the error names the place, and no process is left`, async () => {
      const mark = randomUUID();
      const places = marked([fleetHere, { ...secondPlace, command }], mark);
      await assert.rejects(start(places, nothingTold()), (error) => {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'PROCESS_FAILED');
        assert.match(error.message, new RegExp(`^fleet process [24] of 4 on ${secondPlace.name} `));
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(markedProcesses(mark), []);
    });
  }

  test('fails when one process dies; the error names its place, and no process is left', async () => {
    const mark = randomUUID();
    const told = nothingTold();
    const fleet = await start(marked([fleetHere, secondPlace], mark), told);
    try {
      await fleet.connect(clients, 500, hangMilliseconds);
      fleet.measure('one');
      const ready = told.lines[3]?.find((line) => line.type === 'ready');
      assert.ok(ready?.type === 'ready');
      process.kill(ready.pid, 'SIGKILL');
      const message = new RegExp(`^fleet process 4 of 4 on ${secondPlace.name} ended \\(by SIGKILL\\)`);
      await assert.rejects(fleet.report(), { code: 'PROCESS_FAILED', message });
    } finally {
      await fleet.stop();
    }
    assert.deepEqual(markedProcesses(mark), []);
  });
});
