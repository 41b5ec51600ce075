import type { Element } from 'hast';
import { h } from 'hastscript';
import { contenders } from '../../../servers/contract/contenders.ts';
import { contenderOf, type Entrant } from '../../entrants.ts';
import type { Summary } from '../../summary.ts';
import { formatInterval } from '../format.ts';
import type { MeasuredRun } from '../measured-run.ts';

/** The question, the work that it is asked of, and when and by what it was measured. */
export function header(runs: readonly MeasuredRun[]): Element {
  const [first] = runs;
  return h('header', [
    h('h1', 'Blocking threads or an async event loop?'),
    ...(first === undefined ? [] : [h('p', { className: 'lead' }, work(first.summary))]),
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

function work({ config }: Summary): string {
  const bytes = config.messageBytes.toLocaleString('en-US');
  const interval = formatInterval(config.intervalMilliseconds);
  const models = new Map(config.contenders.map((name: Entrant) => [contenderOf(name), name]));
  const differ = [...models.keys()].map((name) => `${name} is ${contenders[name].description}`);
  return (
    `Every server does the same work: a TLS 1.3 handshake, a websocket handshake, and one JSON message of ${bytes} bytes ` +
    `per client ${interval}, read and parsed into its typed shape. What differs is who waits: ${differ.join('; ')}.`
  );
}
