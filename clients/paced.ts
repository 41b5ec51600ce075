import { dueMilliseconds, nextStartMilliseconds, type Pace, startsDue } from './pacer.ts';

export interface PacedWork {
  /** @param dueAt when the attempt was due; it starts later when it had to wait for room in flight. */
  begin(dueAt: number): void;
  /** Called when every attempt has been made and has ended. */
  done(): void;
}

/** Starts attempts at a steady pace, with one timer for all of them. Times are milliseconds by `performance.now()`. */
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

  /** Call when an attempt has ended: there may be room for the next one. */
  ended(): void {
    this.#inFlight -= 1;
    this.proceed();
  }

  /** Starts no further attempts; `done` follows when those in flight have ended. */
  giveUp(): void {
    this.#pace = { ...this.#pace, attempts: this.#started };
  }

  /** Starts no further attempts and never calls `done`. */
  stop(): void {
    this.#stopped = true;
  }

  /** Starts the attempts that are due. Call it once to begin. */
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
      // At `maxInFlight` no timer is needed, because the end of an attempt leads here again.
      if (this.#inFlight >= this.#pace.maxInFlight) return;
      this.#timer = setTimeout(this.proceed, Math.max(1, this.startedAt + next - performance.now()));
    } else if (this.#inFlight === 0) this.#work.done();
  };
}
