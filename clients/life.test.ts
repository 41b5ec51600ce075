import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { startTestServer } from '../servers/testing/start.ts';
import { fleetMain, open, startFleetOf, testConfiguration } from './testing/fleet.ts';

test('SIGTERM stops in good order, Ctrl-C does nothing', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  t.after(() => fleet.stop());
  await open(fleet, 3);
  fleet.process.kill('SIGINT');
  assert.equal((await fleet.next('sample')).open, 3);
  fleet.process.kill('SIGTERM');
  assert.deepEqual(await fleet.exited, [0, null]);
  assert.equal(fleet.lines.at(-1)?.type, 'stopped');
  assert.equal((await server.counted('ended', 3)).vanished, 0);
});

test('a fleet process ends with its stdin', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  await open(fleet, 3);
  fleet.process.stdin?.end();
  assert.deepEqual(await fleet.exited, [null, 'SIGKILL']);
});

test('a fleet process ends when its parent dies, even by kill -9', async () => {
  const program = `
    const child = require('node:child_process').spawn(process.execPath, [process.argv[1]], { stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.write(process.argv[2] + '\\n');`;
  const configuration = { ...testConfiguration, ca: '', ports: [1] };
  const parent = spawn(process.execPath, ['-e', program, fleetMain, JSON.stringify(configuration)]);
  await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  // The fleet process holds the other end of this pipe, so the pipe ends when the process ends.
  await once(parent.stdout.resume(), 'end');
});
