import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { agentLineSchema } from '../contract/agent.ts';
import { agentOf, processGone, sayUp, startCommand, type TestAgent, until } from '../testing/agent.ts';
import { agentFiles } from './agent-files.ts';

const script = join(import.meta.dirname, 'remote.ts');
const running = startCommand({ arguments: ['-e', `setInterval(() => {}, 1_000_000); ${sayUp}`] });
/**
 * Patience in milliseconds: one that no test reaches; one that a slow machine can attach within and a test can wait for;
 * and one for an agent that nothing attaches to.
 */
const [long, medium, short] = ['1000000', '3000', '400'];

describe('an agent that outlives its connection', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const words = (action: string, name: string, ...more: string[]) => [
    ...['--disable-warning=ExperimentalWarning', script, action, '--folder', folder, '--name', name],
    ...more,
  ];
  const start = (...command: string[]): ChildProcess => spawn(process.execPath, command, { stdio: 'inherit' });
  const serve = (name: string, patience = long) => start(...words('serve', name, '--patience-ms', patience));
  const attach = (name: string) =>
    agentOf(spawn(process.execPath, words('attach', name), { stdio: ['pipe', 'pipe', 'inherit'] }));
  const spoolOf = (name: string) => join(folder, agentFiles(name).spool);
  const spooled = (name: string) =>
    readFileSync(spoolOf(name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => agentLineSchema.parse(JSON.parse(line)));
  const filesOf = (name: string) => readdirSync(folder).filter((file) => file.startsWith(`${name}.`));

  async function started(agent: TestAgent): Promise<number> {
    agent.send(running);
    await agent.line('server');
    return (await agent.line('started')).pid;
  }

  test('keeps its lines until the harness confirms that all have arrived', async () => {
    const server = serve('kept');
    const ended = once(server, 'close');
    await using agent = attach('kept');
    await started(agent);
    assert.equal((await stat(spoolOf('kept'))).mode & 0o777, 0o600);
    agent.send({ type: 'stop', withinMilliseconds: 1_000 });
    await agent.line('end');
    assert.deepEqual(spooled('kept'), agent.lines);
    agent.send({ type: 'leave' });
    assert.deepEqual(await ended, [0, null]);
    assert.equal(await agent.ended, 0);
    assert.deepEqual(filesOf('kept'), []);
  });

  test('continues without a connection, and accepts another one', async () => {
    const server = serve('again');
    const ended = once(server, 'close');
    const first = attach('again');
    const pid = await started(first);
    first.process.kill('SIGKILL');
    await first.ended;
    const heard = first.lines.length;
    await until('the agent continues', () => spooled('again').length > heard + 2);
    assert.deepEqual(spooled('again').slice(0, heard), first.lines);
    await using second = attach('again');
    await second.line('sample');
    second.send({ type: 'leave' });
    await ended;
    await processGone(pid);
    assert.deepEqual(filesOf('again'), []);
  });

  test('leaves no file when the harness leaves while lines are on their way', async () => {
    const server = serve('hasty');
    const ended = once(server, 'close');
    const agent = attach('hasty');
    agent.send(running);
    agent.send({ type: 'leave' });
    agent.process.stdin?.end();
    await agent.ended;
    assert.deepEqual(filesOf('hasty'), []);
    assert.deepEqual(await ended, [0, null]);
  });

  test('ends with its server after a long silence of the harness, and keeps its lines', async () => {
    const server = serve('alone', medium);
    const ended = once(server, 'close');
    const agent = attach('alone');
    const pid = await started(agent);
    agent.process.kill('SIGKILL');
    assert.deepEqual(await ended, [0, null]);
    await processGone(pid);
    assert.deepEqual(filesOf('alone'), [agentFiles('alone').spool]);
    assert.equal(spooled('alone').at(-1)?.type, 'end');
  });

  test('ends after the same silence of a connected harness, but not while it sends heartbeats', async () => {
    const server = serve('patient', medium);
    const ended = once(server, 'close');
    await using agent = attach('patient');
    await started(agent);
    const begin = performance.now();
    while (performance.now() < begin + 2 * Number(medium)) {
      agent.send({ type: 'stay' });
      const seen = agent.lines.length;
      await agent.line('sample', (line) => agent.lines.indexOf(line) >= seen);
    }
    assert.equal(server.exitCode, null);
    assert.deepEqual(await ended, [0, null]);
    assert.equal((await agent.line('end')).signal, 'SIGKILL');
  });

  test('ends after a silence without any command too', async () => {
    const server = serve('forgotten', short);
    assert.deepEqual(await once(server, 'close'), [0, null]);
  });

  test('never overwrites the lines of another agent', async () => {
    await once(serve('taken', short), 'close');
    assert.ok(existsSync(spoolOf('taken')));
    const second = spawn(process.execPath, words('serve', 'taken'), { stdio: 'ignore' });
    assert.deepEqual(await once(second, 'close'), [1, null]);
  });

  test('is reported by attach when it is missing', async () => {
    const child = spawn(process.execPath, words('attach', 'missing', '--within-ms', '300'), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await using agent = agentOf(child);
    assert.equal((await agent.line('failed')).code, 'AGENT_NOT_THERE');
    assert.equal(await agent.ended, 1);
  });

  test('that is protected from the OOM killer does not protect its server', {
    skip: spawnSync('choom', ['-n', '-500', '--', 'true']).status === 0 ? false : 'needs CAP_SYS_RESOURCE',
  }, async () => {
    const server = spawn('choom', ['-n', '-500', '--', process.execPath, ...words('serve', 'guarded')]);
    const ended = once(server, 'close');
    await using agent = attach('guarded');
    const pid = await started(agent);
    const scoreOf = (process: number) => Number(readFileSync(`/proc/${process}/oom_score_adj`, 'utf8'));
    assert.deepEqual([scoreOf(server.pid ?? 0), scoreOf(pid)], [-500, 0]);
    agent.send({ type: 'leave' });
    await ended;
  });
});
