/** The value by which a cell is sorted; undefined for a cell without one. */
export type Key = number | string | undefined;

/** The keys of the cells of a column: numbers when any cell has one, else texts. Pure. */
export function keysOf(cells: readonly { text: string; sortBy: string | undefined }[]): Key[] {
  const isNumeric = cells.some(({ sortBy }) => sortBy !== undefined);
  return cells.map(({ text, sortBy }) => {
    if (isNumeric) return sortBy === undefined ? undefined : Number(sortBy);
    return text === '' ? undefined : text;
  });
}

/** The order of two keys. A cell without a key comes last in both directions. Pure. */
export function compareKeys(a: Key, b: Key, direction: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * String(a).localeCompare(String(b), 'en', { numeric: true });
}
