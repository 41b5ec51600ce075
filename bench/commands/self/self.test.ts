import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../../record/record.ts';
import type { Observation } from '../../record/step.ts';
import { memoryEntries, rateEntries, runEntry, stepOf } from '../../testing/runs.ts';
import { agentSample, countersLine } from '../../testing/samples.ts';
import { judgeSelf, type SelfCheck } from './self.ts';

function server(trial: string, line: Extract<Entry, { type: 'server' }>['line']): Entry {
  return { type: 'server', trial, line };
}

/** A run that only just keeps every promise. */
function entries(
  sending: Partial<Observation> = {},
  silent: Partial<Observation> = {},
  blockingBytes = 12_000_000,
  watchedPerSecond = 950,
  agentMicroseconds = 10,
): Entry[] {
  const blocking = memoryEntries('blocking').map((entry) =>
    'trial' in entry ? { ...entry, trial: 'self-blocking' } : entry,
  );
  const found: Entry[] = [
    runEntry(),
    {
      type: 'step',
      trial: 'self-sending',
      step: stepOf({ serverCpuMicrosecondsPerMessage: 110, fleetCpuMicrosecondsPerMessage: 36.6, ...sending }),
    },
    server('self-silent', agentSample(1, { rssBytes: 50_000_000 })),
    server('self-silent', agentSample(2, { rssBytes: 60_000_000 })),
    server('self-silent', { type: 'server', monotonicMilliseconds: 3, line: countersLine(3, { accepted: 0 }) }),
    // Clients connect from here on.
    server('self-silent', agentSample(4, { rssBytes: 900_000_000 })),
    server('self-silent', { type: 'server', monotonicMilliseconds: 5, line: countersLine(5, { accepted: 9 }) }),
    {
      type: 'step',
      trial: 'self-silent',
      step: stepOf({
        clientsRequested: 19_000,
        clientsOpen: 19_000,
        connectionsOpened: 19_000,
        connectMilliseconds: 23_750,
        serverRssBytes: 60_000_000 + 19_000 * 55_000,
        ...silent,
      }),
    },
    ...blocking.map((entry) => withRss(entry, blockingBytes)),
    ...[['self-watched-1', watchedPerSecond] as const, ['self-unwatched-1', 1_000] as const].flatMap(
      ([trial, perSecond]) => requests(trial, perSecond),
    ),
  ];
  return found.map((entry) => withAgentCost(entry, agentMicroseconds));
}

/** Changes the memory trial, whose server grows from 50 MB with ten clients, to this many bytes per client. */
function withRss(entry: Entry, bytesPerClient: number): Entry {
  if (entry.type !== 'server' || entry.line.type !== 'sample' || entry.line.process.threads !== 9) return entry;
  const process = { ...entry.line.process, rssBytes: 50_000_000 + 10 * bytesPerClient };
  return { ...entry, line: { ...entry.line, process } };
}

/** HTTPS rates over kept connections; the rate over new ones does not matter here. */
function requests(trial: string, answeredPerSecond: number): Entry[] {
  return rateEntries('async')
    .filter((entry) => entry.type === 'https')
    .map((entry) => ({
      ...entry,
      trial,
      rate: { ...entry.rate, answeredPerSecond: entry.rate.reconnect ? 1 : answeredPerSecond },
    }));
}

/** Gives the agent this many microseconds of CPU per millisecond. */
function withAgentCost(entry: Entry, microseconds: number): Entry {
  if (entry.type !== 'server' || entry.line.type !== 'sample') return entry;
  const agentCpuMicroseconds = Math.round(microseconds * entry.line.monotonicMilliseconds);
  return { ...entry, line: { ...entry.line, agentCpuMicroseconds } };
}

const broken = (checks: SelfCheck[]) => checks.filter(({ isMet }) => !isMet).map(({ name }) => name);

describe('promises of the suite about itself', () => {
  test('are kept when each is just kept', () => {
    const checks = judgeSelf(entries(), 50);
    assert.equal(checks.length, 8);
    assert.deepEqual(broken(checks), []);
    const found = checks.map((check) => Number(check.found?.toPrecision(3)));
    assert.deepEqual(found, [0.333, 2.2, 19_000, 55, 12, 0.01, 0.95, 800]);
    assert.deepEqual(
      checks.map(({ target }) => target),
      ['≤ 0.33', '≤ 2.2', '≥ 19000', '≤ 55', '≤ 12', '≤ 0.01', '≥ 0.95', '≥ 800'],
    );
  });

  const justBroken: [promise: RegExp, run: Entry[], parse: number][] = [
    [/^fleet CPU/, entries({ fleetCpuMicrosecondsPerMessage: 36.8 }), 50],
    [/^async server CPU/, entries(), 49.9],
    [/^silent clients/, entries({}, { clientsOpen: 18_999 }), 50],
    [/^kB of the async server/, entries({}, { serverRssBytes: 60_000_000 + 19_000 * 55_100 }), 50],
    [/^MB of the blocking server/, entries({}, {}, 12_000_100), 50],
    [/^share of a core/, entries({}, {}, 12_000_000, 950, 11), 50],
    [/^requests per second/, entries({}, {}, 12_000_000, 949), 50],
    [/^new TLS websocket clients/, entries({}, { connectMilliseconds: 23_751 }), 50],
  ];
  for (const [promise, run, parse] of justBroken) {
    test(`"${promise.source.slice(1)}" alone is broken when it just misses`, () => {
      const names = broken(judgeSelf(run, parse)).filter((name) => !/^kB/.test(name) || promise.source.includes('kB'));
      assert.equal(names.length, 1, names.join());
      assert.match(names[0] ?? '', promise);
    });
  }

  test('are all broken, without a value, when nothing was measured', () => {
    for (const { isMet, found } of judgeSelf([runEntry()], undefined)) {
      assert.equal(isMet, false);
      assert.equal(found, undefined);
    }
  });

  test('about connecting cover all holds of a step, of which only the first opened connections', () => {
    const repeated: Entry = {
      type: 'step',
      trial: 'self-silent',
      step: stepOf({ clientsOpen: 19_000, connectionsOpened: 0, connectMilliseconds: 0 }),
    };
    const rate = judgeSelf([...entries(), repeated], 50).at(-1);
    assert.equal(rate?.found, 800);
  });
});
