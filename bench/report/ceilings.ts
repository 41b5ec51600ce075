import Table from 'cli-table3';
import { type Ceiling, formatAmount, guessNote, isTooLow, mostClients, type Preflight } from '../ceilings/preflight.ts';
import { whole } from '../text/format.ts';

/** Widths that make 80 columns with the borders. */
const columnWidths = [25, 12, 9, 13, 9, 5];
const lineWidth = 79;

/** The ceilings of each plan, the lowest first, and how to raise those that are too low. For a terminal of 80 columns. Pure. */
export function renderCeilings(results: readonly Preflight[]): string {
  const advice = new Set(results.flatMap((result) => result.advice.map(({ sentence }) => sentence)));
  const lines = [
    ...results.flatMap((result) => [...headline(result), table(result), ...unbounded(result), '']),
    ...[...advice].flatMap((sentence) => flow(`Besides, ${sentence}.`)),
    'The run measures what the CPUs can do. No ceiling predicts that.',
    '',
    ...remedies('To raise the limits that are too low:', results, ({ isSameMachine }) => isSameMachine),
    ...remedies("On the servers' machine:", results, isElsewhere('server')),
    ...remedies("On the fleet's machine:", results, isElsewhere('fleet')),
  ];
  return lines.join('\n');
}

function headline({ contender, sending, clients, binding, fits }: Preflight): string[] {
  const what = `${contender}, ${whole(clients)} clients ${sending ? 'sending' : 'connected'}`;
  if (binding === undefined) return [`${what}: no limit of the machines stops them.`];
  const most = whole(binding.maxClients);
  return flow(
    `${what}: ${fits ? 'they fit' : 'they do not fit'}; the lowest ceiling is the ${binding.host}'s ${binding.name}, at about ${most}${guessNote(binding)}.`,
  );
}

function table({ ceilings, clients, binding }: Preflight): string {
  const rendered = new Table({
    head: ['', 'limit', 'in use', 'needed', 'clients', ''],
    colWidths: columnWidths,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    // No colours, because a table is copied into other texts.
    style: { head: [], border: [] },
    // No lines between rows, because there are many.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const bounding = ceilings.filter(({ maxClients }) => maxClients < mostClients);
  for (const ceiling of bounding.toSorted((one, other) => one.maxClients - other.maxClients)) {
    const { unit, limit, current, needed, maxClients } = ceiling;
    rendered.push([
      labelOf(ceiling),
      ...[limit, current, needed].map((value) => formatAmount(value, unit)),
      whole(maxClients),
      ceiling === binding ? '<<<' : maxClients < clients ? 'low' : '',
    ]);
  }
  return rendered.toString();
}

function unbounded({ ceilings }: Preflight): string[] {
  const names = new Set(ceilings.filter(({ maxClients }) => maxClients >= mostClients).map(labelOf));
  return names.size === 0 ? [] : flow(`These limits stop no plan: ${[...names].join('; ')}.`);
}

/** A label that names no machine is the server's. */
function labelOf({ host, name }: Ceiling): string {
  return host === 'fleet' ? `${name} (fleet)` : name;
}

type LimitToRaise = Pick<Ceiling, 'host' | 'remedy' | 'remedyIsCommand'> & {
  isSameMachine: boolean;
  name: string;
  needed: number;
};

function isElsewhere(host: Ceiling['host']): (limit: LimitToRaise) => boolean {
  return (limit) => !limit.isSameMachine && limit.host === host;
}

/** Each remedy once, as lines for a shell. Where plans differ in the value, the highest suffices for all. */
function remedies(heading: string, results: readonly Preflight[], isMeant: (limit: LimitToRaise) => boolean): string[] {
  const greatest = new Map<string, LimitToRaise>();
  for (const limit of results.flatMap(limitsToRaise).filter(isMeant)) {
    // Remedies are the same when only their numbers differ.
    const key = limit.remedy.replaceAll(/\d+/g, '#');
    if (limit.needed >= (greatest.get(key)?.needed ?? 0)) greatest.set(key, limit);
  }
  if (greatest.size === 0) return [];
  const lines = [...greatest.values()].map(({ name, remedy, remedyIsCommand }) =>
    remedyIsCommand ? `  ${remedy}` : `  # ${name}: ${remedy}`,
  );
  return [heading, ...lines, ''];
}

function limitsToRaise({ ceilings, advice, isSameMachine }: Preflight): LimitToRaise[] {
  return [
    ...ceilings.filter(isTooLow).map((ceiling) => ({ ...ceiling, isSameMachine })),
    ...advice.map((one) => ({ ...one, isSameMachine, name: '', needed: 0 })),
  ];
}

/** Breaks text at spaces. Commands stay whole, so that they can be copied. */
function flow(text: string): string[] {
  return text.match(new RegExp(`.{1,${lineWidth}}(?=\\s|$)`, 'g'))?.map((line) => line.trim()) ?? [];
}
