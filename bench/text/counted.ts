const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** "three"; numbers above ten in digits. */
export function numberWord(count: number): string {
  return words[count] ?? count.toLocaleString('en-US');
}

/** "three trials", "one trial". */
export function counted(count: number, what: string): string {
  return `${numberWord(count)} ${what}${count === 1 ? '' : 's'}`;
}
