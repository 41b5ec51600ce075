/** Stands for the time or number of something that has not happened yet. */
export const notYet = -1;

/** A message whose time to its pong is measured. Times are milliseconds by `performance.now()`. */
export interface TimedMessage {
  readonly scheduledAt: number;
  /** `notYet` when the message was suppressed: it is never sent. */
  readonly sentAt: number;
  /**
   * Number of the ping that left with the message or, if it was suppressed, with the next message; `notYet` until then.
   */
  ping: number;
}

/**
 * Limit for one client, which bounds its memory. All clients together add at most `pingsPerSecond` messages a second,
 * but with few clients these gather at the few that are stuck, for as long as a run lasts. Thousands of messages are
 * minutes without an answer, even when every message is timed.
 */
export const maxUnanswered = 4_096;

/** Timed messages of one client that no pong has answered yet, in the order in which they were due. */
export class Unanswered {
  readonly #messages: TimedMessage[] = [];

  get size(): number {
    return this.#messages.length;
  }

  /** True while messages wait for a ping, which leaves with the next message, timed or not. */
  get needsPing(): boolean {
    return this.#messages.at(-1)?.ping === notYet;
  }

  /**
   * Adds a message. At the limit the oldest one is dropped if it is `obsolete`; otherwise the new one is dropped,
   * because the oldest has waited longer.
   *
   * @returns whether the new message was kept.
   */
  add(message: TimedMessage, obsolete: (oldest: TimedMessage) => boolean): boolean {
    const [oldest] = this.#messages;
    if (oldest !== undefined && this.#messages.length >= maxUnanswered) {
      if (!obsolete(oldest)) return false;
      this.#messages.shift();
    }
    this.#messages.push(message);
    return true;
  }

  /** Records that a ping with this number leaves now: its pong will answer all messages so far. */
  pinged(ping: number): void {
    for (let at = this.#messages.length - 1; at >= 0; at -= 1) {
      const message = this.#messages[at];
      if (message?.ping !== notYet) return;
      message.ping = ping;
    }
  }

  /**
   * Removes and returns the messages that the pong of this ping answers: all that were due up to it, because a server
   * may answer the most recent ping alone (RFC 6455, 5.5.3). Empty when no ping of this number is pending.
   */
  take(ping: number): TimedMessage[] {
    // Searches from the front, as pongs come in order, and then for the last message of this ping.
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
