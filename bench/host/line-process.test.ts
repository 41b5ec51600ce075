import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { hangMilliseconds } from '../../servers/testing/hang.ts';
import { BenchError, Interrupted } from '../errors.ts';
import { LineProcess, nodeCommand } from './line-process.ts';

/** Echoes each line; `exit` ends it, `noise` and `failed` print other lines. Ends with its stdin. */
const program = `
import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (text) => {
  const { type, code } = JSON.parse(text);
  if (type === 'exit') { console.error('one', 'two'); console.error('three'); process.exit(code); }
  if (type === 'noise') console.log('no line at all');
  console.log(type === 'failed' ? '{"type":"failed","code":"X","message":"it broke"}' : text);
}).on('close', () => process.exit(0));
`;
const schema = z.object({ type: z.string(), value: z.number().optional(), message: z.string().optional() });

describe('LineProcess', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    await writeFile(join(folder, 'program.mjs'), program);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function withProcess(
    body: (process: LineProcess<z.infer<typeof schema>>, controller: AbortController) => Promise<void>,
  ): Promise<void> {
    const controller = new AbortController();
    const command = nodeCommand(join(folder, 'program.mjs'));
    const process = new LineProcess({ name: 'the program', command, schema, signal: controller.signal });
    try {
      await body(process, controller);
    } finally {
      await process.close();
    }
  }

  test('delivers each line to the waiter that chooses it', () =>
    withProcess(async (process) => {
      const second = process.next('second line', hangMilliseconds, ({ value }) => (value === 2 ? 'second' : undefined));
      const first = process.next('line', hangMilliseconds, ({ value }) => value);
      process.send({ type: 'echo', value: 1 });
      process.send({ type: 'echo', value: 2 });
      assert.deepEqual(await Promise.all([first, second]), [1, 'second']);
    }));

  test('rejects waiters with the last words of a process that ends', () =>
    withProcess(async (process) => {
      const waiting = process.next('line', hangMilliseconds, ({ value }) => value);
      process.send({ type: 'noise' });
      process.send({ type: 'exit', code: 3 });
      await assert.rejects(waiting, (error) => {
        assert.ok(error instanceof BenchError && error.code === 'PROCESS_FAILED');
        assert.equal(
          error.message,
          'the program ended (with exit code 3): not a line of its contract: no line at all\none two\nthree',
        );
        return true;
      });
      await assert.rejects(
        process.next('line', hangMilliseconds, ({ value }) => value),
        { code: 'PROCESS_FAILED' },
      );
    }));

  test('rejects waiters when the process reports a failure', () =>
    withProcess(async (process) => {
      const waiting = process.next('line', hangMilliseconds, ({ value }) => value);
      process.send({ type: 'failed' });
      await assert.rejects(waiting, { code: 'PROCESS_FAILED', message: 'the program failed: it broke' });
    }));

  test('rejects with PROCESS_SILENT when no chosen line comes in time', () =>
    withProcess(async (process) => {
      const waiting = process.next('word', 50, ({ value }) => value);
      await assert.rejects(waiting, { code: 'PROCESS_SILENT', message: 'the program sent no word within 0 s' });
    }));

  test('rejects with Interrupted when the run is aborted before or during the wait', () =>
    withProcess(async (process, controller) => {
      const waiting = process.next('line', hangMilliseconds, ({ value }) => value);
      controller.abort();
      await assert.rejects(waiting, Interrupted);
      await assert.rejects(
        process.next('line', hangMilliseconds, ({ value }) => value),
        Interrupted,
      );
    }));

  test('rejects with the error that choosing a line throws', () =>
    withProcess(async (process) => {
      const waiting = process.next('line', hangMilliseconds, () => {
        throw new RangeError('no such line');
      });
      process.send({ type: 'echo' });
      await assert.rejects(waiting, RangeError);
    }));

  test('ignores a send and a close after the process has ended', () =>
    withProcess(async (process) => {
      process.send({ type: 'exit', code: 0 });
      await process.closed;
      process.send({ type: 'echo' });
      await process.close();
    }));
});
