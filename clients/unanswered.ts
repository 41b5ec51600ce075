/** Something that has not happened yet. */
export const none = -1;

/** A message whose time until a pong is taken. All times by `performance.now()`. */
export interface TimedMessage {
  readonly scheduledAt: number;
  /** `none` when it was suppressed: it never left itself. */
  readonly sentAt: number;
  /** The number in the ping that left with it or, if it was suppressed, with the next message; `none` until then. */
  ping: number;
}

/**
 * Of one client. The bound is for its memory only: what all clients keep grows by `pingsPerSecond` at most, but with few
 * clients that is a few that are stuck for as long as a run lasts. Thousands are minutes of standing still even where
 * every message is timed.
 */
export const mostUnanswered = 4_096;

/** The timed messages of one client that no pong has answered yet, in the order they were due in. */
export class Unanswered {
  readonly #messages: TimedMessage[] = [];

  get size(): number {
    return this.#messages.length;
  }

  /** Suppressed messages wait for a ping, which is to leave with the next message, whether that one is timed or not. */
  get needsPing(): boolean {
    return this.#messages.at(-1)?.ping === none;
  }

  /**
   * When there are too many, the oldest one gives way if it is `obsolete`; if not, it is kept rather than the new one,
   * because it has waited longer.
   *
   * @returns whether the new one was kept.
   */
  add(message: TimedMessage, obsolete: (oldest: TimedMessage) => boolean): boolean {
    const [oldest] = this.#messages;
    if (oldest !== undefined && this.#messages.length >= mostUnanswered) {
      if (!obsolete(oldest)) return false;
      this.#messages.shift();
    }
    this.#messages.push(message);
    return true;
  }

  /** A ping with this number leaves now: its pong will answer all messages so far. */
  pinged(ping: number): void {
    for (let at = this.#messages.length - 1; at >= 0; at -= 1) {
      const message = this.#messages[at];
      if (message?.ping !== none) return;
      message.ping = ping;
    }
  }

  /**
   * Takes out what the pong of this ping answers: whatever was due up to it, because a server may answer the most recent
   * ping alone (RFC 6455, 5.5.3). Nothing when no ping of this number is under way.
   */
  take(ping: number): TimedMessage[] {
    // The first ones are looked at first, as pongs come in order; the last one that left with this ping is the end.
    const first = this.#messages.findIndex((message) => message.ping === ping);
    if (first === -1) return [];
    let end = first + 1;
    while (this.#messages[end]?.ping === ping) end += 1;
    return this.#messages.splice(0, end);
  }

  [Symbol.iterator](): Iterator<TimedMessage> {
    return this.#messages.values();
  }
}
