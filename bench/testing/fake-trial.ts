import type { FleetConnected } from '../../clients/contract.ts';
import type { AgentLine } from '../../servers/contract/agent.ts';
import { BenchError } from '../errors.ts';
import { fleetHere } from '../host/fleet-place.ts';
import type { RunningServer, ServerEnd } from '../host/host.ts';
import { Timeline } from '../host/timeline.ts';
import { type Overrides, resolveConfig } from '../plan/resolve-config.ts';
import type { RecordWriter } from '../record/writer.ts';
import type { Trial, Window } from '../trial/trial.ts';
import { agentSample, countersLine, fleetWindow, histogramOf, machine, roomyLimits } from './samples.ts';
import { silentProgress } from './silent-progress.ts';

export interface FakeOptions {
  record: Pick<RecordWriter, 'append'>;
  overrides?: Overrides;
  /** The fleet's answer to `connect`; by default all clients are open after 50 ms. */
  connect?: (clients: number, withinMilliseconds: number) => Promise<FleetConnected[]>;
  /** The window of each hold, by its number from 0. */
  window?: (hold: number, clients: number) => Partial<ReturnType<typeof fleetWindow>>;
  /** True when the agent sends no further sample. */
  isMute?: boolean;
}

export interface FakeTrial {
  trial: Trial;
  /** Sends a line as the agent. */
  say(line: AgentLine): void;
  /** Rejects everything that waits for a line. */
  lose(error: Error): void;
}

/** A trial without processes and without waiting, so that whole ramps take microseconds. */
export function createFakeTrial({ record, overrides, connect, window, isMute = false }: FakeOptions): FakeTrial {
  const listeners = new Set<(line: AgentLine) => void>();
  const losses = new Set<(error: Error) => void>();
  let ended: ServerEnd | undefined;
  const timeline = new Timeline();
  let clientsNow = 0;
  let holds = 0;
  const say = (line: AgentLine): void => {
    if (line.type === 'end') ended = line;
    timeline.agentSaid(line);
    for (const listener of listeners) listener(line);
  };
  const server: RunningServer = {
    ready: { type: 'ready', model: 'async', pid: 1, ports: [1], cipher: 'any', limitations: [] },
    ended: () => ended,
    guard: () => undefined,
    sample: () => agentSample(1),
    counters: () => countersLine(1),
    onCounters: () => () => {},
    next(what, _within, choose) {
      return new Promise((resolve, reject) => {
        losses.add(reject);
        listeners.add((line) => {
          const chosen = choose(line);
          if (chosen !== undefined) resolve(chosen);
        });
        if (what !== 'sample') return;
        if (isMute) reject(new BenchError('PROCESS_SILENT', 'the agent sent no sample'));
        else say(agentSample(1));
      });
    },
    stall: () => {},
    stop: () => Promise.resolve(ended),
  };
  const trial: Trial = {
    context: {
      config: resolveConfig({ profile: 'smoke', ...overrides }, true),
      host: {
        address: '127.0.0.1',
        serverName: 'localhost',
        isSameMachine: true,
        startServer: () => Promise.resolve(server),
        inspect: () => Promise.resolve({ limits: roomyLimits, machine }),
        tune: () => Promise.resolve({ raised: [], warnings: [], restore: () => Promise.resolve([]) }),
      },
      places: [fleetHere],
      ca: '',
      record,
      progress: silentProgress,
      signal: new AbortController().signal,
      limits: { server: roomyLimits, fleet: roomyLimits },
      predicted: [],
    },
    planned: { id: 'sending-1-async-1', number: 1, phase: 'sending', contender: 'async' },
    server,
    fleet: { send: () => {} },
    timeline,
    arrive: () => Promise.resolve([]),
    async connect(clients, withinMilliseconds) {
      clientsNow = clients;
      return connect === undefined ? [connected(clients)] : connect(clients, withinMilliseconds);
    },
    mark: () => {},
    claim: () => {},
    claimed: (_what, measure) => measure(),
    warn: () => {},
    hold: () => Promise.resolve(),
    window(): Promise<Window> {
      const seen = fleetWindow({
        open: clientsNow,
        durationMilliseconds: 1_000,
        scheduled: 4 * clientsNow,
        sent: 4 * clientsNow,
        ...window?.(holds, clientsNow),
      });
      holds += 1;
      const before = countersLine(holds * 10_000);
      const after = countersLine(holds * 10_000 + 1_000, { messages: 4 * clientsNow });
      return Promise.resolve({ before, after, fleet: [seen], startedAt: 0, endedAt: 1_000 });
    },
  };
  return {
    trial,
    say,
    lose(error) {
      for (const reject of losses) reject(error);
    },
  };
}

/** An answer to `connect`: `opened` connections, opened in 50 ms. */
export function connected(open: number, failures: FleetConnected['failures'] = {}, opened = 5): FleetConnected {
  return {
    type: 'connected',
    open,
    failures,
    durationMilliseconds: 50,
    connectMicroseconds: histogramOf(...Array.from({ length: opened }, () => 5_000)),
    negotiated: {},
    resumed: 0,
  };
}
