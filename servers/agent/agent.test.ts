import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CertificateFiles, ensureCertificates } from '../../certs/issue.ts';
import type { AgentSample, AgentStart } from '../contract/agent.ts';
import { processGone, sayUp, startAgent, startCommand, type TestAgent, until } from '../testing/agent.ts';
import { hangMilliseconds } from '../testing/hang.ts';
import { programOf } from '../testing/servers.ts';

/** A minimal server for tests that need no real one: it ignores SIGTERM, but ends with its stdin. */
const stubborn = `process.on('SIGTERM', () => {}); process.stdin.resume(); ${sayUp}`;

/** Parses a list of CPUs such as "0-2,5", as the kernel prints it. */
function parseList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

describe('agent', () => {
  let directory: string;
  let files: CertificateFiles;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    files = await ensureCertificates(directory, []);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  function realServer(more: Partial<AgentStart> = {}): AgentStart {
    const script = programOf('async');
    const options = ['--cert', files.certificate, '--key', files.key, '--report-ms', '100'];
    return startCommand({ arguments: ['--disable-warning=ExperimentalWarning', script, ...options], ...more });
  }

  async function started(agent: TestAgent, command: AgentStart): Promise<number> {
    agent.send(command);
    return (await agent.line('started')).pid;
  }

  test('starts a server, passes its lines through, samples it, and reports an orderly end', async () => {
    await using agent = startAgent();
    const pid = await started(agent, realServer());
    const { line: ready } = await agent.line('server', ({ line }) => line.type === 'ready');
    assert.ok(ready.type === 'ready');
    assert.equal(ready.pid, pid, 'setpriv and prlimit have become the server');
    await agent.line('server', ({ line }) => line.type === 'counters');
    const sample = await agent.line('sample', (line) => line.monotonicMilliseconds > agentTime(agent, 'server'));
    assert.ok(sample.process.rssBytes > 20_000_000 && sample.process.rssBytes < 500_000_000);
    assert.ok(sample.process.peakRssBytes >= sample.process.rssBytes);
    assert.ok(sample.process.threads > 1 && sample.process.threads < 50);
    assert.ok(sample.process.cpuUserMilliseconds + sample.process.cpuSystemMilliseconds > 0);

    agent.send({ type: 'stop', withinMilliseconds: hangMilliseconds });
    const end = await agent.line('end');
    assert.equal(end.exitCode, 0, end.lastWords.join('\n'));
    assert.equal(end.signal, null);
    assert.equal(await agent.ended, 0);
    assert.equal(agent.lines.at(-1), end);
    const stopped = agent.lines.findLast((line) => line.type === 'server');
    assert.ok(stopped?.line.type === 'stopped');
  });

  test('freezes the server on request, and lets it continue', async () => {
    await using agent = startAgent();
    const pid = await started(agent, startCommand({ arguments: ['-e', stubborn] }));
    await agent.line('server');
    const state = () => /^\d+ \(.*\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    agent.send({ type: 'stall', milliseconds: 300 });
    await until('the server is frozen', () => state() === 'T');
    await until('the server continues', () => state() !== 'T');
  });

  test('starts a server on the given cores alone', async () => {
    await using agent = startAgent();
    const allowed = (process: number | 'self') =>
      parseList(/^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'))?.[1] ?? '');
    const [core = 0] = allowed('self').slice(-1);
    const pid = await started(agent, startCommand({ arguments: ['-e', stubborn], cores: [core] }));
    await agent.line('server');
    assert.deepEqual(allowed(pid), [core]);
  });

  test('gives every sample a later time than the one before', async () => {
    await using agent = startAgent();
    await started(agent, startCommand({ arguments: ['-e', stubborn] }));
    const isThird = () => agent.lines.filter((line) => line.type === 'sample').length >= 3;
    await agent.line('sample', isThird);
    const times = agent.lines.flatMap((line) => (line.type === 'sample' ? [line.monotonicMilliseconds] : []));
    for (const [index, time] of times.entries()) assert.ok(index === 0 || time > (times[index - 1] ?? 0));
  });

  test("has the values of a Raspberry Pi's firmware in its samples", async () => {
    const program = join(directory, 'vcgencmd');
    await writeFile(program, '#!/bin/sh\necho "frequency(48)=1500345728"\n', { mode: 0o755 });
    await using agent = startAgent({ ...process.env, PATH: `${directory}:${process.env.PATH}` });
    await started(agent, startCommand({ arguments: ['-e', stubborn] }));
    const { machine } = await agent.line('sample', (line) => line.machine.firmwareClockHertz !== undefined);
    assert.equal(machine.firmwareClockHertz, 1_500_345_728);
  });

  test('sets the limit of open files for the server', async () => {
    await using agent = startAgent();
    await started(agent, startCommand({ arguments: ['-e', stubborn], limits: { openFiles: 321 } }));
    // A sample lacks the descriptors when counting them took long.
    const isWhole = ({ rssBytes, openDescriptors }: AgentSample['process']) =>
      rssBytes > 20_000_000 && openDescriptors !== undefined;
    const { process } = await agent.line('sample', (line) => isWhole(line.process));
    assert.equal(process.openFilesLimit, 321);
    assert.deepEqual((await agent.line('started')).limitations, [], 'util-linux is installed');
    assert.ok((process.openDescriptors ?? 0) < 321);
  });

  test('gives the server its own hard limit of open files when the command sets none', async () => {
    const own = await readFile('/proc/self/limits', 'utf8');
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(own)?.[1];
    await using agent = startAgent();
    await started(agent, startCommand({ arguments: ['-e', stubborn] }));
    const limit = hard === 'unlimited' ? undefined : Number(hard);
    const { process } = await agent.line('sample', (line) => line.process.openFilesLimit === limit);
    assert.equal(process.openFilesLimit, limit);
  });

  test('reports a server that was killed', async () => {
    await using agent = startAgent();
    process.kill(await started(agent, startCommand({ arguments: ['-e', stubborn] })), 'SIGKILL');
    const { exitCode, signal } = await agent.line('end');
    assert.deepEqual([exitCode, signal], [null, 'SIGKILL']);
    assert.equal(await agent.ended, 0);
  });

  test('reports a server that ended by itself, with its last words', async () => {
    await using agent = startAgent();
    const words = "for (let i = 0; i < 100; i++) console.error('word ' + i); console.log('{}'); process.exitCode = 3";
    await started(agent, startCommand({ arguments: ['-e', words] }));
    const { exitCode, signal, lastWords } = await agent.line('end');
    assert.deepEqual([exitCode, signal], [3, null]);
    assert.equal(lastWords.length, 40);
    assert.ok(lastWords.includes('word 99') && lastWords.includes('{}') && !lastWords.includes('word 1'));
  });

  test('kills a server that does not stop within its time', async () => {
    await using agent = startAgent();
    await started(agent, startCommand({ arguments: ['-e', stubborn] }));
    await agent.line('server');
    agent.send({ type: 'stop', withinMilliseconds: 300 });
    const { exitCode, signal } = await agent.line('end');
    assert.deepEqual([exitCode, signal], [null, 'SIGKILL']);
  });

  test('stops even a frozen server in order', async () => {
    await using agent = startAgent();
    const pid = await started(agent, realServer());
    await agent.line('server', ({ line }) => line.type === 'ready');
    process.kill(pid, 'SIGSTOP');
    agent.send({ type: 'stop', withinMilliseconds: hangMilliseconds });
    const { exitCode, signal } = await agent.line('end');
    assert.deepEqual([exitCode, signal], [0, null]);
  });

  test('kills the server when less memory is available than the guard demands', async () => {
    await using agent = startAgent();
    const pid = await started(agent, startCommand({ arguments: ['-e', stubborn], memoryGuardShare: 1 }));
    const guard = await agent.line('guard');
    assert.ok(guard.memoryAvailableBytes < guard.memoryTotalBytes);
    const end = await agent.line('end');
    assert.equal(end.signal, 'SIGKILL');
    await processGone(pid);
    assert.equal(agent.lines.filter((line) => line.type === 'guard').length, 1);
  });
});

/** Time of the first line of this type. */
function agentTime(agent: TestAgent, type: 'server'): number {
  return agent.lines.find((line) => line.type === type)?.monotonicMilliseconds ?? 0;
}
