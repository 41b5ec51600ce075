/**
 * Deadlines that are all equally long: the order in which they were started is the order in which they end, so that one
 * look at the oldest is enough and no client needs a timer of its own. Times are milliseconds of one clock.
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

  /** Those whose deadline has passed; they are forgotten. */
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
