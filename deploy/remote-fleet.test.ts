import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Fleet, type FleetOptions, type PlaceClock } from '../bench/host/fleet.ts';
import { type FleetPlace, fleetHere } from '../bench/host/fleet-place.ts';
import { resolveConfig } from '../bench/plan/resolve-config.ts';
import { mergeQuantiles } from '../bench/stats/histogram.ts';
import { until } from '../bench/testing/processes.ts';
import type { FleetLine } from '../clients/contract.ts';
import { hangMilliseconds } from '../servers/testing/hang.ts';
import { startTestServer, type TestServer } from '../servers/testing/start.ts';
import { remotePlace } from './remote-fleet.ts';
import { processesWith } from './testing/processes.ts';
import { noSshd, startSshd, type TestSshd } from './testing/sshd.ts';

const { signal } = new AbortController();
const clients = 25;

describe('a fleet with a part on a machine that ssh reaches', { skip: noSshd }, () => {
  let sshd: TestSshd;
  let server: TestServer;
  before(async () => {
    sshd = await startSshd();
    server = await startTestServer('async');
  });
  after(async () => {
    await server.stop();
    await sshd[Symbol.asyncDispose]();
  });

  const openPlace = (settings?: Record<string, string>) =>
    remotePlace({ destination: 'target', sshConfig: sshd.config(settings) }, signal);

  async function start(place: FleetPlace) {
    const lines: FleetLine[][] = [];
    const clocks: PlaceClock[] = [];
    const options: FleetOptions = {
      config: resolveConfig({ profile: 'smoke', clientsPerProcess: '10' }, true),
      host: { address: '127.0.0.1', serverName: 'localhost' },
      places: [fleetHere, place],
      ports: server.ready.ports,
      ca: server.ca,
      clients,
      seed: 1,
      onLine: (process, line) => {
        lines[process] ??= [];
        lines[process].push(line);
      },
      onClock: (clock) => void clocks.push(clock),
      signal,
    };
    const fleet = await Fleet.start(options);
    return { fleet, lines, clocks, [Symbol.asyncDispose]: () => fleet.stop() };
  }

  const sum = <Part>(parts: readonly Part[], value: (part: Part) => number) =>
    parts.reduce((total, part) => total + value(part), 0);

  /** Processes of ssh here and of the fleet there, without the sshd itself. */
  const running = () => [...processesWith(sshd.folder).values()].filter((command) => !command.includes('sshd -D'));
  const runningThere = () => running().filter((command) => command.startsWith(sshd.home));

  test('is one fleet: the counts of both parts add up to those of the server', async () => {
    const before = (await server.counters()).counters;
    {
      await using place = await openPlace();
      assert.deepEqual([place.name, place.isHere, place.lost?.aborted], ['target', false, false]);
      await using started = await start(place);
      const { fleet, lines, clocks } = started;
      assert.equal(runningThere().length, 2);
      const connected = await fleet.connect(clients, 500, hangMilliseconds);
      assert.deepEqual(
        connected.map(({ open }) => open),
        [7, 6, 6, 6],
      );
      fleet.send(true);
      fleet.measure('one');
      await server.counted('pings', before.pings + 50);
      const windows = await fleet.report();
      const timed = sum(windows, ({ pongs, outstanding }) => pongs + outstanding);
      assert.equal(mergeQuantiles(windows.map((window) => window.correctedMicroseconds))?.count, timed);
      await fleet.stop();
      const sent = sum(lines, (said) => {
        const end = said.at(-1);
        return end?.type === 'stopped' ? (end.sent ?? Number.NaN) : Number.NaN;
      });
      const counted = await server.counted('ended', before.ended + clients);
      assert.equal(counted.messages - before.messages, sent);
      const [clock, ...others] = clocks;
      assert.ok(clock !== undefined);
      assert.deepEqual([clock.process, clock.place, others], [1, 'target', []]);
      // One machine has one clock.
      assert.ok(Math.abs(clock.offsetMilliseconds) <= clock.uncertaintyMilliseconds);
    }
    await until('nothing runs', () => running().length === 0);
    assert.deepEqual(readdirSync(sshd.home), ['.pi-websocket-bench']);
  });

  test('fails when the connection is lost, and leaves no process there or here', async () => {
    await using place = await openPlace();
    await using started = await start(place);
    await started.fleet.connect(clients, 500, hangMilliseconds);
    started.fleet.measure('one');
    sshd.cut();
    const message = /^fleet process [24] of 4 on target ended /;
    await assert.rejects(started.fleet.report(), { code: 'PROCESS_FAILED', message });
    await until('the loss is known', () => place.lost?.aborted === true);
    assert.equal(place.lost?.reason.code, 'CONNECTION_LOST');
    await until('nothing runs there', () => runningThere().length === 0);
    await started.fleet.stop();
    await until('nothing runs', () => running().length === 0);
  });

  test('does not start when the machine cannot be reached, and leaves no process', async () => {
    await assert.rejects(openPlace({ Port: '1' }), { code: 'PROCESS_FAILED', message: /no ssh connection to target/ });
    await until('nothing runs', () => running().length === 0);
  });
});
