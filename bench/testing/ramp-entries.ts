import type { ContenderKey } from '../plan/contenders.ts';
import type { Entry, EntryOf } from '../record/record.ts';
import type { Step } from '../record/step.ts';
import type { Verdict } from '../record/verdict.ts';
import { stepOf } from './runs.ts';
import { agentSample, countersLine } from './samples.ts';

/** State of a server at one moment: a sample of the agent, and a line of counters half a second later. */
interface Second {
  /** Milliseconds on the server's clock. */
  at: number;
  clients: number;
  rssBytes: number;
  messages?: number;
  /** Clients lost by then. */
  lost?: number;
  /** A step that ends here. */
  step?: Step;
}

interface Ramp {
  contender?: ContenderKey;
  phase?: 'connected' | 'sending';
  /** Number of the search's trial; `attempt` is the number of the attempt in it. */
  number?: number;
  attempt?: string;
  outcome?: EntryOf<'trialEnd'>['outcome'] | 'cut off';
  stop?: Verdict;
}

/** Entries of one attempt of a search, second by second. */
export function rampEntries(seconds: Second[], ramp: Ramp = {}): Entry[] {
  const { contender = 'async', phase = 'connected', number = 1, attempt = '1', outcome = 'complete', stop } = ramp;
  const search = `${phase}-${number}-${contender}`;
  const trial = `${search}/${attempt}`;
  const end: Entry[] =
    outcome === 'cut off'
      ? []
      : outcome === 'failed'
        ? [{ type: 'trialEnd', trial, outcome, code: 'X', message: 'it broke' }]
        : [{ type: 'trialEnd', trial, outcome, audit: [], ...(stop !== undefined && { stop }) }];
  return [
    { type: 'trial', trial, phase, contender, search, monotonicMilliseconds: 7 },
    ...seconds.flatMap((second) => secondEntries(trial, second)),
    ...end,
  ];
}

function secondEntries(trial: string, { at, clients, rssBytes, messages = 0, lost = 0, step }: Second): Entry[] {
  const cpu = { cpuUserMilliseconds: at / 2, cpuSystemMilliseconds: at / 4 };
  const line = countersLine(at + 500, { upgraded: clients + lost, ended: lost, messages });
  return [
    { type: 'server', trial, line: agentSample(at, { rssBytes, ...cpu }) },
    { type: 'server', trial, line: { type: 'server', monotonicMilliseconds: at + 500, line } },
    ...(step === undefined ? [] : [{ type: 'step' as const, trial, step }]),
  ];
}

/** A step with this number of clients and this verdict. */
export function rampStep(clients: number, verdict: Step['verdict'] = 'passed'): Step {
  return stepOf({ clientsRequested: clients, clientsOpen: clients }, verdict);
}
