import { whole } from './format.ts';

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** "three"; numbers above ten in digits. */
export function numberWord(count: number): string {
  return words[count] ?? whole(count);
}

/** "three trials", "one trial". */
export function counted(count: number, what: string): string {
  return `${numberWord(count)} ${what}${count === 1 ? '' : 's'}`;
}
