/**
 * Deadlines of equal length. They end in the order in which they started, so it is enough to check the oldest, and no
 * client needs a timer of its own. Times are milliseconds of one clock.
 */
export class Deadlines<Key> {
  readonly #due = new Map<Key, number>();
  readonly #lengthMilliseconds: number;

  constructor(lengthMilliseconds: number) {
    this.#lengthMilliseconds = lengthMilliseconds;
  }

  get size(): number {
    return this.#due.size;
  }

  start(key: Key, now: number): void {
    this.#due.delete(key);
    this.#due.set(key, now + this.#lengthMilliseconds);
  }

  clear(key: Key): void {
    this.#due.delete(key);
  }

  /** Removes and returns the keys whose deadline has passed. */
  missed(now: number): Key[] {
    const missed: Key[] = [];
    for (const [key, due] of this.#due) {
      if (due > now) break;
      this.#due.delete(key);
      missed.push(key);
    }
    return missed;
  }

  keys(): IterableIterator<Key> {
    return this.#due.keys();
  }
}
