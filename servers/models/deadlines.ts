/** Deadlines of equal length: they end in the order in which they started. */
export class Deadlines<Key> {
  readonly #due = new Map<Key, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #lengthMilliseconds: number;

  constructor(lengthMilliseconds: number, onMissed: (key: Key) => void) {
    this.#lengthMilliseconds = lengthMilliseconds;
    this.#timer = setInterval(
      () => {
        for (const [key, due] of this.#due) {
          if (due > performance.now()) break;
          this.#due.delete(key);
          onMissed(key);
        }
      },
      Math.min(500, lengthMilliseconds / 4),
    );
    // The timer must not keep a server alive that cannot listen.
    this.#timer.unref();
  }
  start(key: Key): void {
    this.#due.delete(key);
    this.#due.set(key, performance.now() + this.#lengthMilliseconds);
  }
  clear(key: Key): void {
    this.#due.delete(key);
  }
  close(): void {
    clearInterval(this.#timer);
  }
}
