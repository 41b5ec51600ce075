/** What a cell is sorted by; undefined where it has nothing. */
export type Key = number | string | undefined;

/** By their numbers when any cell of the column has one, else by their texts. Pure. */
export function keysOf(cells: readonly { text: string; sortBy: string | undefined }[]): Key[] {
  const isNumeric = cells.some(({ sortBy }) => sortBy !== undefined);
  return cells.map(({ text, sortBy }) => {
    if (isNumeric) return sortBy === undefined ? undefined : Number(sortBy);
    return text === '' ? undefined : text;
  });
}

/** What has nothing to be sorted by comes last in either direction. Pure. */
export function compareKeys(a: Key, b: Key, direction: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * String(a).localeCompare(String(b), 'en', { numeric: true });
}
