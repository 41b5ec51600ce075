import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { Interrupted } from '../bench/errors.ts';
import { until } from '../bench/testing/processes.ts';
import { Connection } from './connection.ts';
import { connectMachine } from './remote-machine.ts';
import { scriptLine } from './shell.ts';
import { noSshd, startSshd } from './testing/sshd.ts';

const never = new AbortController().signal;

describe('a connection', { skip: noSshd }, () => {
  test('to a machine that does not answer ends at once when the run is interrupted', async (t) => {
    await using sshd = await startSshd();
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const interruption = new AbortController();
    const sshConfig = sshd.config({ Port: String(address.port) });
    const refused = assert.rejects(
      connectMachine({ destination: 'target', sshConfig }, interruption.signal),
      Interrupted,
    );
    await once(silent, 'connection');
    interruption.abort();
    // As interrupted, and not as refused: by itself, ssh gives up after ten seconds.
    await refused;
  });

  test('that is lost runs no more commands, not even over a new connection', async () => {
    await using sshd = await startSshd();
    const target = { destination: 'target', sshConfig: sshd.config() };
    const connection = await Connection.open(target, scriptLine('echo ready; cat > /dev/null'));
    try {
      assert.deepEqual(await connection.linesUntil('ready', never), []);
      assert.equal(await connection.run('cat', { input: 'told', purpose: 'the command fails' }), 'told');
      await assert.rejects(connection.run('echo why >&2; exit 3', { purpose: 'the command fails' }), {
        code: 'PROCESS_FAILED',
        message: 'the command fails on target: why',
      });
      sshd.cut();
      await until('it is lost', () => connection.lost.aborted);
      await assert.rejects(connection.run('true', { purpose: 'the command fails' }), { code: 'PROCESS_FAILED' });
    } finally {
      await connection.close();
    }
  });
});
