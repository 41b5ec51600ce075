import { compareKeys, type Key, keysOf } from './keys.ts';

type Order = 'ascending' | 'descending' | 'none';
const nextOrder = { none: 'ascending', ascending: 'descending', descending: 'none' } as const;

/**
 * Turns the heads of a table into buttons that sort by their column: ascending, descending, original order.
 *
 * @param original a button that restores the original order
 * @param say tells the reader the new order
 */
export function offerSorting(table: HTMLTableElement, original: HTMLButtonElement, say: (sentence: string) => void) {
  const body = table.tBodies[0];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined) return;
  const rows = [...body.rows];

  const sort = (column: number, order: Order) => {
    for (const [index, head] of heads.entries()) head.ariaSort = index === column ? order : 'none';
    body.append(...(order === 'none' ? rows : sorted(rows, column, order)));
    const name = heads[column]?.textContent ?? '';
    say(order === 'none' ? 'In the original order.' : `Sorted by ${name}, ${order}.`);
  };
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    button.addEventListener('click', () => sort(column, nextOrder[orderOf(head)]));
    head.append(button);
    head.ariaSort = 'none';
  }
  original.addEventListener('click', () => sort(0, 'none'));
}

function orderOf(head: HTMLElement): Order {
  const order = head.ariaSort;
  return order === 'ascending' || order === 'descending' ? order : 'none';
}

function sorted(rows: readonly HTMLTableRowElement[], column: number, order: Order): HTMLTableRowElement[] {
  const keys = keysOf(
    rows.map((row) => {
      const cell = row.cells[column];
      return { text: cell?.textContent ?? '', sortBy: cell?.dataset.sortBy };
    }),
  );
  const pairs = rows.map((row, index): [HTMLTableRowElement, Key] => [row, keys[index]]);
  return pairs.toSorted(([, a], [, b]) => compareKeys(a, b, order === 'ascending' ? 1 : -1)).map(([row]) => row);
}
