import type { Element } from 'hast';
import { h } from 'hastscript';
import { contenderOf } from '../../plan/contenders.ts';
import { formatInterval, whole } from '../../text/format.ts';
import type { MeasuredRun } from '../measured-run.ts';

/** The question, the work of the servers, and the date and plan of each run. */
export function header(runs: readonly MeasuredRun[]): Element {
  return h('header', [
    h('h1', 'Blocking threads or an async event loop?'),
    ...(runs.length === 0 ? [] : [h('p', { className: 'lead' }, work(runs))]),
    h(
      'ul',
      { className: 'runs' },
      runs.map(({ label, summary }) =>
        h('li', [
          h('strong', label),
          `: measured on ${summary.startedAt.slice(0, 10)}, profile ${summary.config.profile}, `,
          summary.config.trials === 1 ? '1 trial.' : `${summary.config.trials} trials.`,
        ]),
      ),
    ),
  ]);
}

function work(runs: readonly MeasuredRun[]): string {
  const configs = runs.map(({ summary }) => summary.config);
  const loads = configs.map(
    ({ messageBytes, intervalMilliseconds }) =>
      `one message per client ${formatInterval(intervalMilliseconds)}, ${whole(messageBytes)} bytes of JSON`,
  );
  const differ = runs.flatMap(({ summary, servers }) =>
    summary.config.contenders.flatMap((contender) => {
      const { server } = contenderOf(contender);
      return servers[server] === undefined ? [] : [`${server} is ${servers[server]}`];
    }),
  );
  return (
    `Every server does the same work: a TLS 1.3 handshake, a websocket handshake, and ${[...new Set(loads)].join(', or ')}, ` +
    `read and parsed into its typed shape. What differs is who waits: ${[...new Set(differ)].join('; ')}.`
  );
}
