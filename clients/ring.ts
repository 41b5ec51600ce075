/** Position of a member, stored in the member itself so that removing it takes constant time. */
export interface RingMember {
  /** Index of the slot; -1 when the member is in none. */
  slot: number;
  /** Index within the slot. */
  position: number;
}

/**
 * Send schedule of all clients, a timing wheel: the interval is divided into slots of one millisecond, and each turn of
 * the wheel takes one interval. A member in slot s is due once per interval, at origin + n * interval + s, so its phase
 * never drifts, even when the process is late. The ring has no clock: callers pass times in milliseconds, which must
 * not decrease.
 */
export class Ring<Member extends RingMember> {
  readonly #slots: (Member[] | undefined)[];
  readonly #origin: number;
  /** The next millisecond since `origin` that is not processed yet. */
  #tick: number;
  #size = 0;

  constructor(intervalMilliseconds: number, now: number) {
    this.#slots = new Array<Member[] | undefined>(intervalMilliseconds).fill(undefined);
    this.#origin = now;
    this.#tick = 0;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * @param phase position in the interval, in [0, 1).
   * @returns when the member is first due.
   */
  add(member: Member, phase: number): number {
    const slot = Math.floor(phase * this.#slots.length);
    const members = this.#slots[slot] ?? [];
    this.#slots[slot] = members;
    member.slot = slot;
    member.position = members.push(member) - 1;
    this.#size += 1;
    const length = this.#slots.length;
    return this.#origin + this.#tick + ((slot - (this.#tick % length) + length) % length);
  }

  /** Ignores a member that is in no slot. */
  remove(member: Member): void {
    const members = this.#slots[member.slot];
    const last = members?.pop();
    if (members === undefined || last === undefined) return;
    if (last !== member) {
      members[member.position] = last;
      last.position = member.position;
    }
    member.slot = -1;
    member.position = -1;
    this.#size -= 1;
  }

  /** Drops everything that was due before `now`: sending starts (again) here. */
  skipTo(now: number): void {
    this.#tick = Math.max(this.#tick, Math.ceil(now - this.#origin));
  }

  /**
   * Calls `visit` for every member that has become due, with its due time. A member is visited once for each interval
   * that has passed, because a schedule that drops missed sends hides the wait (coordinated omission). `visit` must not
   * change the ring.
   */
  due(now: number, visit: (member: Member, scheduled: number) => void): void {
    const last = Math.floor(now - this.#origin);
    for (; this.#tick <= last; this.#tick += 1) {
      const members = this.#slots[this.#tick % this.#slots.length];
      if (members === undefined) continue;
      const scheduled = this.#origin + this.#tick;
      for (const member of members) visit(member, scheduled);
    }
  }

  /** Time when the next member is due; undefined when the ring is empty. */
  next(): number | undefined {
    if (this.#size === 0) return undefined;
    for (let tick = this.#tick; tick < this.#tick + this.#slots.length; tick += 1) {
      const members = this.#slots[tick % this.#slots.length];
      if (members !== undefined && members.length > 0) return this.#origin + tick;
    }
    return undefined;
  }
}
