import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { processGone, sayUp, startAgent, startCommand, type TestAgent } from '../testing/agent.ts';

/** Ends by SIGKILL alone: neither the end of its stdin nor a SIGTERM ends it. */
const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000_000); ${sayUp}`;
/** Ends with its stdin. */
const attentive = 'process.stdin.resume();';

async function started(agent: TestAgent): Promise<number> {
  agent.send(startCommand({ arguments: ['-e', deaf] }));
  const { pid } = await agent.line('started');
  await agent.line('server');
  return pid;
}

describe('what an agent leaves behind', () => {
  test('is no server when the agent itself is killed', async () => {
    await using agent = startAgent();
    const pid = await started(agent);
    assert.ok(process.kill(pid, 0));
    agent.process.kill('SIGKILL');
    await processGone(pid);
  });

  test('is no server and no agent when its stdin is closed', async () => {
    await using agent = startAgent();
    const pid = await started(agent);
    agent.process.stdin?.end();
    assert.equal(await agent.ended, 0);
    await processGone(pid);
  });

  test('is no server and no agent when its stdout has no reader any more', async () => {
    await using agent = startAgent();
    const pid = await started(agent);
    agent.process.stdout?.destroy();
    await agent.ended;
    await processGone(pid);
  });

  test('is a running server after Ctrl-C, which the parent handles', async () => {
    await using agent = startAgent();
    const pid = await started(agent);
    agent.process.kill('SIGINT');
    const seen = agent.lines.length;
    await agent.line('sample', (line) => agent.lines.indexOf(line) > seen);
    assert.ok(process.kill(pid, 0));
  });
});

describe('an agent that receives an invalid command', () => {
  const invalid: [title: string, commands: unknown[]][] = [
    ['a line that is not JSON', ['start']],
    ['a command it does not know', [{ type: 'dance' }]],
    ['a start that lacks a field', [{ type: 'start', command: 'node' }]],
    ['a stop before a start', [{ type: 'stop', withinMilliseconds: 100 }]],
    ['a second start', [startCommand({ arguments: ['-e', deaf] }), startCommand({ arguments: ['-e', deaf] })]],
  ];
  for (const [title, commands] of invalid) {
    test(`ends, and its server with it: ${title}`, async () => {
      await using agent = startAgent();
      for (const command of commands) agent.send(command);
      const { code, message } = await agent.line('failed');
      assert.equal(code, 'AGENT_BAD_COMMAND');
      assert.match(message, /^the /);
      assert.equal(await agent.ended, 1);
      for (const line of agent.lines) if (line.type === 'started') await processGone(line.pid);
    });
  }
});

describe('a server that cannot be started', () => {
  const missing = startCommand({ command: '/no/such/program' });

  test('ends at once with the message of the program that should become it', async () => {
    await using agent = startAgent();
    agent.send(missing);
    const { exitCode, lastWords } = await agent.line('end');
    assert.equal(exitCode, 127);
    assert.match(lastWords.join('\n'), /\/no\/such\/program/);
  });

  test('is a failure of the agent when no such program is in between', async () => {
    await using agent = startAgent({ PATH: '/no/such/folder' });
    agent.send(missing);
    const { code, message } = await agent.line('failed');
    assert.equal(code, 'AGENT_SERVER_NOT_STARTED');
    assert.match(message, /^\/no\/such\/program cannot be started \(.*ENOENT.*\): check the path$/);
    assert.equal(await agent.ended, 1);
  });
});

describe('an agent without util-linux', () => {
  test('starts the server nevertheless, and reports what it cannot ensure', async () => {
    await using agent = startAgent({ PATH: '/no/such/folder' });
    agent.send(startCommand({ arguments: ['-e', attentive], limits: { openFiles: 321 } }));
    const { limitations } = await agent.line('started');
    assert.match(
      limitations.join('\n'),
      /^the limit of open files is not set.*\na stopped server outlives a killed agent/,
    );
    agent.process.stdin?.end();
    assert.equal(await agent.ended, 0);
  });
});
