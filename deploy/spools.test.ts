import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { AgentLine } from '../servers/contract/agent.ts';
import { connectMachine, type RemoteMachine } from './remote-machine.ts';
import { parseSpools, readSpools, removeEmptySpools, removeSpools, runningAgents, stopAgents } from './spools.ts';
import { commandOf } from './testing/processes.ts';
import { noSshd, startSshd, type TestSshd } from './testing/sshd.ts';

const said = (message: string): AgentLine => ({ type: 'failed', code: 'TEST', message });
const json = (message: string) => JSON.stringify(said(message));

const texts: [title: string, text: string, spools: Record<string, string[]>][] = [
  ['no files', '', {}],
  ['an empty file', '== a\n\n', { a: [] }],
  ['whole files', `== a\n${json('1')}\n${json('2')}\n\n== b\n${json('3')}\n\n`, { a: ['1', '2'], b: ['3'] }],
  ['a name with dots', `== ramp-1-async.2.1000\n${json('1')}\n\n`, { 'ramp-1-async.2.1000': ['1'] }],
  ['a last line that is cut off', `== a\n${json('1')}\n{"type":"fai\n== b\n${json('2')}\n\n`, { a: ['1'], b: ['2'] }],
  ['a last line without its end', `== a\n${json('1')}\n${json('2')}\n== b\n\n`, { a: ['1', '2'], b: [] }],
  [
    'garbage in the middle',
    `== a\n${json('1')}\n\0\0\0\n${json('2')}\n\n== b\n${json('3')}\n\n`,
    { a: ['1'], b: ['3'] },
  ],
  ['a line of another kind in the middle', `== a\n${json('1')}\n{"type":"other"}\n${json('2')}\n\n`, { a: ['1'] }],
  ['a greeting before all', `Welcome\n${json('0')}\n== a\n${json('1')}\n\n`, { a: ['1'] }],
];

describe('spools are read from', () => {
  for (const [title, text, spools] of texts) {
    test(title, () => {
      const expected = Object.entries(spools).map(([name, messages]) => [name, messages.map(said)] as const);
      assert.deepEqual(parseSpools(text), new Map(expected));
    });
  }
});

describe('what agents leave on another machine', { skip: noSshd }, () => {
  let sshd: TestSshd;
  let machine: RemoteMachine;
  const children: ChildProcess[] = [];

  before(async () => {
    // Shortens each sleep, and counts it.
    sshd = await startSshd({ programs: { sleep: 'echo "$1" >> "$HOME/slept"; $real 0.1' } });
    writeFileSync(join(sshd.home, '.bashrc'), 'echo Welcome; echo Willkommen >&2\n');
    machine = await connectMachine({ destination: 'target', sshConfig: sshd.config() }, new AbortController().signal);
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await machine[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  const folderOf = (run: string) => join(machine.layout.spools, run);
  const fileOf = (run: string, name: string) => join(folderOf(run), `${name}.pid`);

  /** Starts a Node process, and waits for its first output. */
  async function start(...words: string[]): Promise<ChildProcess & { pid: number }> {
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    const { pid } = child;
    assert.ok(pid !== undefined);
    return Object.assign(child, { pid });
  }

  /** Starts a process with the command line of an agent. */
  async function startAgent(run: string, name: string, onTerm = 'process.exit()') {
    const program = join(sshd.home, 'agent.mjs');
    writeFileSync(program, `process.on('SIGTERM', () => ${onTerm}); setInterval(() => {}, 1e6); console.log('up');`);
    const agent = await start(program, 'serve', '--folder', folderOf(run), '--name', name);
    leaveFile(run, name, String(agent.pid));
    return agent;
  }

  function leaveFile(run: string, name: string, text: string): void {
    mkdirSync(folderOf(run), { recursive: true });
    writeFileSync(fileOf(run, name), text);
  }

  test('is listed by run and name while it lives, and is stopped for one run or for all', async () => {
    const [one, two, other] = [
      await startAgent('first', 'one.1'),
      await startAgent('first', 'two'),
      await startAgent('second', 'one.1'),
    ];
    assert.deepEqual(await runningAgents(machine), ['first/one.1', 'first/two', 'second/one.1']);
    await stopAgents(machine, 'first');
    assert.deepEqual(
      [one, two, other].map(({ pid }) => commandOf(pid) !== ''),
      [false, false, true],
    );
    assert.deepEqual(await runningAgents(machine), ['second/one.1']);
    assert.deepEqual(readdirSync(folderOf('first')), []);
    await stopAgents(machine, '*');
    assert.equal(commandOf(other.pid), '');
    assert.deepEqual(await runningAgents(machine), []);
  });

  const stale: [title: string, text: () => string][] = [
    ['with the id of a process that has ended', () => '4194305'],
    ['that is empty', () => ''],
    ['that holds no number', () => 'none'],
  ];
  for (const [title, text] of stale) {
    test(`is no running agent but a file ${title}`, async () => {
      leaveFile('stale', 'one', text());
      assert.deepEqual(await runningAgents(machine), []);
      await stopAgents(machine, 'stale');
      assert.ok(!existsSync(fileOf('stale', 'one')));
    });
  }

  test('is not mistaken for a later process with the same id, even another agent', async () => {
    const innocent = await start('-e', 'setInterval(() => {}, 1e6); console.log("up")');
    leaveFile('gone', 'one', String(innocent.pid));
    const agent = await startAgent('lives', 'one');
    leaveFile('gone', 'two', String(agent.pid));
    assert.deepEqual(await runningAgents(machine), ['lives/one']);
    await stopAgents(machine, 'gone');
    assert.deepEqual(readdirSync(folderOf('gone')), []);
    assert.deepEqual(
      [innocent, agent].map(({ pid }) => commandOf(pid) !== ''),
      [true, true],
    );
    await stopAgents(machine, '*');
    assert.equal(commandOf(agent.pid), '');
    assert.notEqual(commandOf(innocent.pid), '');
  });

  test('that does not end is reported in a sentence after 20 s, and stays listed', async () => {
    const deaf = await startAgent('deaf', 'one', '{}');
    rmSync(join(sshd.home, 'slept'), { force: true });
    await assert.rejects(stopAgents(machine, 'deaf'), {
      code: 'PROCESS_FAILED',
      message: new RegExp(
        `^running servers cannot be stopped on target: [^]*process ${deaf.pid} does not end: run "kill -9 ${deaf.pid}" there$`,
      ),
    });
    assert.equal(readFileSync(join(sshd.home, 'slept'), 'utf8'), '1\n'.repeat(20));
    assert.deepEqual(await runningAgents(machine), ['deaf/one']);
    deaf.kill('SIGKILL');
    await once(deaf, 'close');
    await stopAgents(machine, 'deaf');
  });

  test('is fetched until it is removed, whatever state the files are in', async () => {
    mkdirSync(folderOf('kept'));
    writeFileSync(join(folderOf('kept'), 'cut.1.jsonl'), `${json('1')}\n${json('2').slice(0, 20)}`);
    writeFileSync(join(folderOf('kept'), 'empty.jsonl'), '');
    writeFileSync(join(folderOf('kept'), 'whole.jsonl'), `${json('1')}\n${json('2')}\n`);
    writeFileSync(join(folderOf('kept'), 'whole.sock'), '');
    const expected: [string, AgentLine[]][] = [
      ['cut.1', [said('1')]],
      ['empty', []],
      ['whole', [said('1'), said('2')]],
    ];
    assert.deepEqual(await readSpools(machine, 'kept'), new Map(expected));
    assert.deepEqual(
      await readSpools(machine, 'kept'),
      new Map(expected),
      'it can be fetched again until it is removed',
    );
    await removeSpools(machine, 'kept');
    assert.ok(!existsSync(folderOf('kept')));
    assert.deepEqual(await readSpools(machine, 'kept'), new Map());
  });

  test('stays when it has files, and is removed when it is empty', async () => {
    leaveFile('something', 'one', '');
    mkdirSync(folderOf('nothing'));
    for (const run of ['something', 'nothing', 'never there']) await removeEmptySpools(machine, run);
    assert.deepEqual([existsSync(folderOf('something')), existsSync(folderOf('nothing'))], [true, false]);
  });
});
