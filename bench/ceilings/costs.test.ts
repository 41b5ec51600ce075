import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ProcessSample } from '../../servers/contract/agent.ts';
import { readRecord } from '../record/file.ts';
import type { EntryOf } from '../record/record.ts';
import { costOf, measuredCosts, memoryBytes, wireBits } from './costs.ts';

/** Allowed deviation from the predicted cost of a process, as a share: collectors and kernels differ that much between runs. */
const tolerance = 0.25;

function assertNear(found: number, predicted: number, what: string): void {
  const share = Math.abs(found - predicted) / predicted;
  assert.ok(share <= tolerance, `${what}: ${predicted} predicted, ${found} in the record: measure costs.ts anew`);
}

/** The record, which the first test that needs it reads. */
const reference = (() => {
  let record: ReturnType<typeof readRecord> | undefined;
  return () => {
    record ??= readRecord(join(import.meta.dirname, '..', '..', 'results', 'reference'));
    return record;
  };
})();

for (const [contender, { base, client }] of measuredCosts) {
  describe(`what ${contender} costs, compared with the reference record`, () => {
    test('with the clients of the memory trial, all of them sending', async () => {
      const entries = await reference();
      const [run] = entries;
      assert.ok(run?.type === 'run');
      const { clients } = run.config.memory;
      const { idle, steady } = await memoryTrial();
      assert.ok(idle.length > 0 && steady.length > 0, 'the record has no memory trial');
      for (const { rssBytes, threads, openDescriptors } of steady) {
        assertNear(rssBytes, base.sendingBytes + clients * client.sendingBytes, 'bytes');
        assert.equal(threads, base.threads + clients * client.threads);
        if (openDescriptors === undefined) continue;
        // A kernel without io_uring needs one less in each event loop. Any process can have a few more or less.
        const perClient = (openDescriptors - base.descriptors) / clients;
        assert.ok(
          perClient > client.descriptors - 1.1 && perClient < client.descriptors + 0.1,
          `${perClient} descriptors`,
        );
      }
      for (const { threads, openDescriptors } of idle) {
        assert.equal(threads, base.threads);
        if (openDescriptors !== undefined) assert.ok(Math.abs(openDescriptors - base.descriptors) <= 1);
      }
    });

    test('in memory maps', async () => {
      const entries = await reference();
      const [run] = entries;
      assert.ok(run?.type === 'run');
      const { idle, steady } = await memoryTrial();
      const mapsOf = (samples: ProcessSample[]) => samples.flatMap(({ memoryMaps }) => memoryMaps ?? []);
      const counted = mapsOf(steady);
      assert.ok(counted.length > 0, 'the record tells no memory maps');
      for (const maps of mapsOf(idle)) assertNear(maps, base.memoryMaps, 'maps, idle');
      for (const maps of counted) {
        assertNear(maps, base.memoryMaps + run.config.memory.clients * client.memoryMaps, 'maps');
      }
    });

    for (const sending of [false, true]) {
      // With few clients, code that is not compiled yet weighs more than the clients.
      test(`with the most ${sending ? 'sending' : 'silent'} clients that were held`, async () => {
        const largest = (await stepsHeld(sending)).toSorted((one, other) => one.clientsOpen - other.clientsOpen).at(-1);
        assert.ok(largest?.serverRssBytes !== undefined, 'no step was held');
        const { clientsOpen, serverRssBytes } = largest;
        const bytes = sending ? 'sendingBytes' : 'silentBytes';
        assertNear(serverRssBytes, base[bytes] + clientsOpen * client[bytes], `bytes of ${clientsOpen} clients`);
      });
    }

    async function trials(phase?: EntryOf<'trial'>['phase']): Promise<Set<string>> {
      const all = (await reference()).filter((entry) => entry.type === 'trial');
      const meant = all.filter((entry) => entry.contender === contender && (phase ?? entry.phase) === entry.phase);
      return new Set(meant.map(({ trial }) => trial));
    }

    /** Samples of the first memory trial, before its first client and in its window. */
    async function memoryTrial() {
      const [trial] = await trials('memory');
      const entries = (await reference()).filter((entry) => 'trial' in entry && entry.trial === trial);
      const markAt = (name: EntryOf<'mark'>['name']) =>
        entries.findIndex((entry) => entry.type === 'mark' && entry.name === name);
      const between = (start: number, end: number): ProcessSample[] =>
        entries
          .slice(start, end)
          .flatMap((entry) => (entry.type === 'server' && entry.line.type === 'sample' ? [entry.line.process] : []));
      return {
        idle: between(markAt('idle'), markAt('connecting')),
        steady: between(markAt('window-start'), markAt('window-end')),
      };
    }

    async function stepsHeld(sending: boolean) {
      const names = await trials();
      const steps = (await reference()).flatMap((entry) =>
        entry.type === 'step' && names.has(entry.trial) ? [entry.step] : [],
      );
      return steps.flatMap(({ verdict, observation }) =>
        verdict === 'passed' && observation.sending === sending ? [observation] : [],
      );
    }
  });
}

test('a larger message takes its further bytes once more while it is sent', () => {
  const { client } = costOf('async');
  assert.equal(memoryBytes(client, true, 110_240) - memoryBytes(client, true, 10_240), 100_000);
  assert.equal(memoryBytes(client, true, 256), memoryBytes(client, true));
  assert.equal(memoryBytes(client, false, 110_240), memoryBytes(client, false));
});

const wire: [messageBytes: number, bytes: number][] = [
  // Message, frame header and mask, record, and one segment per 1,448 bytes or part of them.
  [256, 256 + 8 + 22 + 52],
  [10_240, 10_240 + 8 + 22 + 8 * 52],
  [65_536, 65_536 + 14 + 5 * 22 + 46 * 52],
];
for (const [messageBytes, bytes] of wire) {
  test(`a message of ${messageBytes} bytes is ${bytes} on the wire`, () => {
    assert.equal(wireBits(messageBytes), 8 * bytes);
  });
}

test('each contender has a cost of every kind', () => {
  for (const { base } of measuredCosts.values()) {
    for (const [kind, amount] of Object.entries(base)) assert.ok(amount > 0, kind);
  }
});
