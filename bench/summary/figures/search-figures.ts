import type { Config } from '../../plan/config.ts';
import { percent, seconds } from '../../text/format.ts';
import type { FigureRow } from './figure-row.ts';
import { sent } from './plan-words.ts';

const stopsHow = 'the earliest cause that the evidence supports, and any that came later';
const stopsDetails =
  'One cause per trial, with its number of trials where trials differ, then the causes that came later. The evidence stands below the table, for each cause from its first trial.';

/** The most clients that a server holds. */
export const searchFigures = {
  maxClientsConnected: {
    kind: 'search',
    better: 'more',
    meaning: 'The highest number of silent clients that the server holds, found by a search.',
    details:
      '`.clients` has the most that were held, `.failedClients` the lowest number above that was not held (see below).',
    row: {
      label: 'Max clients connected',
      how: ({ config: { ramp } }) =>
        `silent clients, all of them connected and none lost in a hold of ${seconds(ramp.silentHoldMilliseconds)}; ${bracket(ramp)}`,
      isAsked: true,
    },
    stopsRow: { label: 'What stopped the connected clients', how: stopsHow },
    stopsDetails,
    from: 'connected',
  },
  maxClientsSending: {
    kind: 'search',
    better: 'more',
    meaning:
      'The highest number of clients, each sending one message per interval, that the server holds, found by a search.',
    details:
      '`.clients` has the most that were held, `.failedClients` the lowest number above that was not held (see below).',
    row: {
      label: ({ interval }) => `Max clients at one message ${interval}`,
      plan: sent,
      how: ({ config: { ramp, criteria } }) =>
        `sending clients, all of them connected and none lost in a hold of ${seconds(ramp.sendingHoldMilliseconds)}, ${passing(criteria)}; ${bracket(ramp)}`,
      isAsked: true,
    },
    stopsRow: { label: 'What stopped the sending clients', plan: sent, how: stopsHow },
    stopsDetails,
    from: 'sending',
  },
} as const satisfies Record<string, FigureRow>;

function bracket({ bracketShare }: Config['ramp']): string {
  return `then the lowest number that was not held, at most ${percent(bracketShare)} higher unless the search ran out of time; ≥ where something other than the server ended the search`;
}

/** What a hold with sending clients must meet. */
function passing({ parsedShare, p99Intervals, latenessShare, fleetBusyShare }: Config['criteria']): string {
  return `at least ${percent(parsedShare)} of the due messages parsed within it, p99 of the corrected latency at most ${p99Intervals} ${p99Intervals === 1 ? 'interval' : 'intervals'}, and the fleet on time (lateness p99 at most ${percent(latenessShare)} of the interval, its loops busy at most ${percent(fleetBusyShare)})`;
}
