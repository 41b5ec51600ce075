import { dueMilliseconds, nextStartMilliseconds, type Pace, startsDue } from './pacer.ts';

export interface PacedWork {
  /** @param dueAt when this attempt was due; what it waited for room beyond that is its own. */
  begin(dueAt: number): void;
  /** Every attempt has been made and has ended. */
  done(): void;
}

/** Makes attempts at a steady pace, with one timer for all of them. Times are by `performance.now()`. */
export class PacedAttempts {
  /** When the first attempt is due. */
  readonly startedAt = performance.now();
  #pace: Pace;
  readonly #work: PacedWork;
  #started = 0;
  #inFlight = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(pace: Pace, work: PacedWork) {
    this.#pace = pace;
    this.#work = work;
  }

  get started(): number {
    return this.#started;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** One of the attempts has ended: there may be room for the next one. */
  ended(): void {
    this.#inFlight -= 1;
    this.proceed();
  }

  /** No attempt is made any more; `done` follows when those under way have ended. */
  giveUp(): void {
    this.#pace = { ...this.#pace, attempts: this.#started };
  }

  /** No attempt is made any more, and `done` is never called. */
  stop(): void {
    this.#stopped = true;
  }

  /** Makes the attempts that are due; to be called once, to begin. */
  readonly proceed = (): void => {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const starts = startsDue(this.#pace, now - this.startedAt, this.#started, this.#inFlight);
    for (let left = starts; left > 0; left -= 1) {
      const dueAt = this.startedAt + dueMilliseconds(this.#pace, this.#started);
      this.#started += 1;
      this.#inFlight += 1;
      this.#work.begin(dueAt);
    }
    const next = nextStartMilliseconds(this.#pace, this.#started);
    if (next !== undefined) {
      // Held back by the bound on what is in flight, the end of one of them leads here again.
      if (this.#inFlight >= this.#pace.maxInFlight) return;
      this.#timer = setTimeout(this.proceed, Math.max(1, this.startedAt + next - performance.now()));
    } else if (this.#inFlight === 0) this.#work.done();
  };
}
