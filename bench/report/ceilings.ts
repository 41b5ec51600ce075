import Table from 'cli-table3';
import { type Ceiling, formatAmount, guessNote, isTooLow, mostClients, type Preflight } from '../ceilings/preflight.ts';
import { whole } from '../text/format.ts';

/** 80 columns with the borders. */
const columnWidths = [25, 12, 9, 13, 9, 5];
const lineWidth = 79;

/** What bounds each plan, the lowest first, and how what is too low is lifted. For a terminal of 80 columns. Pure. */
export function renderCeilings(results: readonly Preflight[]): string {
  const advice = new Set(results.flatMap((result) => result.advice.map(({ sentence }) => sentence)));
  const lines = [
    ...results.flatMap((result) => [...headline(result), table(result), ...unbounded(result), '']),
    ...[...advice].flatMap((sentence) => flow(`Besides, ${sentence}.`)),
    'What the CPUs bear is measured, not predicted.',
    '',
    ...remedies('To lift what is too low:', results, ({ isSameMachine }) => isSameMachine),
    ...remedies('On the machine of the servers:', results, isElsewhere('server')),
    ...remedies('On the machine of the fleet:', results, isElsewhere('fleet')),
  ];
  return lines.join('\n');
}

function headline({ contender, sending, clients, binding, fits }: Preflight): string[] {
  const what = `${contender}, ${whole(clients)} clients ${sending ? 'sending' : 'connected'}`;
  if (binding === undefined) return [`${what}: nothing here bounds them.`];
  const most = whole(binding.maxClients);
  return flow(
    `${what}: ${fits ? 'they fit' : 'they do not fit'}; first comes the ${binding.host}'s ${binding.name}, at about ${most}${guessNote(binding)}.`,
  );
}

function table({ ceilings, clients, binding }: Preflight): string {
  const rendered = new Table({
    head: ['', 'limit', 'in use', 'needed', 'clients', ''],
    colWidths: columnWidths,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    // Colours are for what is interactive; a table is copied into other texts.
    style: { head: [], border: [] },
    // No line between rows: there are many.
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
  return names.size === 0 ? [] : flow(`No bound to any plan: ${[...names].join('; ')}.`);
}

/** Where nothing else is said, it is the server's. */
function labelOf({ host, name }: Ceiling): string {
  return host === 'fleet' ? `${name} (fleet)` : name;
}

type Lift = Pick<Ceiling, 'host' | 'remedy' | 'remedyIsCommand'> & {
  isSameMachine: boolean;
  name: string;
  needed: number;
};

function isElsewhere(host: Ceiling['host']): (lift: Lift) => boolean {
  return (lift) => !lift.isSameMachine && lift.host === host;
}

/** Each way once, and where plans differ in the value, the one that suffices for all of them: lines for a shell. */
function remedies(heading: string, results: readonly Preflight[], isMeant: (lift: Lift) => boolean): string[] {
  const greatest = new Map<string, Lift>();
  for (const lift of results.flatMap(liftsOf).filter(isMeant)) {
    // Two are the same when only their numbers differ.
    const key = lift.remedy.replaceAll(/\d+/g, '#');
    if (lift.needed >= (greatest.get(key)?.needed ?? 0)) greatest.set(key, lift);
  }
  if (greatest.size === 0) return [];
  const lines = [...greatest.values()].map(({ name, remedy, remedyIsCommand }) =>
    remedyIsCommand ? `  ${remedy}` : `  # ${name}: ${remedy}`,
  );
  return [heading, ...lines, ''];
}

function liftsOf({ ceilings, advice, isSameMachine }: Preflight): Lift[] {
  return [
    ...ceilings.filter(isTooLow).map((ceiling) => ({ ...ceiling, isSameMachine })),
    ...advice.map((one) => ({ ...one, isSameMachine, name: '', needed: 0 })),
  ];
}

/** Broken at spaces. Commands are not: they are to be copied. */
function flow(text: string): string[] {
  return text.match(new RegExp(`.{1,${lineWidth}}(?=\\s|$)`, 'g'))?.map((line) => line.trim()) ?? [];
}
