import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Fleet } from '../host/fleet.ts';
import type { RunningServer } from '../host/host.ts';
import type { LiveFigures, Progress } from '../progress/progress.ts';

const everyMilliseconds = 1_000;
/** Readings without a new line of counters after which the rates are unknown. */
const mostSilentTicks = 2;

type WatchedServer = Pick<RunningServer, 'counters' | 'sample'>;
type WatchedFleet = Pick<Fleet, 'total' | 'clientsAsked' | 'correctedP99Milliseconds'>;

/** Shows live figures of a server and its fleet once a second. @returns a function that stops it. */
export function showLive(progress: Pick<Progress, 'live'>, server: WatchedServer, fleet: WatchedFleet): () => void {
  const read = createReader(server, fleet);
  const timer = setInterval(() => progress.live(read()), everyMilliseconds);
  return () => clearInterval(timer);
}

/** Creates a reader whose calls return rates since the last line of counters that an earlier call saw. */
export function createReader(server: WatchedServer, fleet: WatchedFleet): () => LiveFigures {
  let before: CountersLine | undefined;
  let rates: Partial<LiveFigures> = {};
  let silentTicks = 0;
  return () => {
    const latest = server.counters();
    if (latest !== undefined && latest !== before) {
      rates = ratesBetween(before, latest);
      before = latest;
      silentTicks = 0;
    } else {
      silentTicks += 1;
      if (silentTicks > mostSilentTicks) rates = {};
    }
    const rssBytes = server.sample()?.process.rssBytes;
    return { ...fleetFigures(fleet), ...rates, ...(rssBytes !== undefined && { rssBytes }) };
  };
}

function fleetFigures(fleet: WatchedFleet): LiveFigures {
  const p99Milliseconds = fleet.correctedP99Milliseconds();
  return {
    clients: fleet.total('open'),
    ...(fleet.clientsAsked !== undefined && { clientsAsked: fleet.clientsAsked }),
    ...(p99Milliseconds !== undefined && { p99Milliseconds }),
  };
}

/** Rates from the server's own counts and clock. */
function ratesBetween(before: CountersLine | undefined, after: CountersLine): Partial<LiveFigures> {
  if (before === undefined) return {};
  const milliseconds = after.monotonicMilliseconds - before.monotonicMilliseconds;
  const perSecond = (count: (line: CountersLine) => number) => ((count(after) - count(before)) / milliseconds) * 1_000;
  return {
    newClientsPerSecond: perSecond(({ counters }) => counters.upgraded),
    messagesPerSecond: perSecond(({ counters }) => counters.messages),
    cpuCores: perSecond((line) => line.cpuUserMicroseconds + line.cpuSystemMicroseconds) / 1_000_000,
  };
}
