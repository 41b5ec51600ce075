/** What a ring keeps in each member, so that taking it out again costs the same however many there are. */
export interface RingMember {
  /** The slot the member is in; -1 when it is in none. */
  slot: number;
  /** Its place within the slot. */
  position: number;
}

/**
 * The send schedule of all clients: an interval cut into slots of one millisecond, gone round again and again. A member
 * in slot s is due once per interval, at origin + n * interval + s: its phase never drifts, whatever is late.
 * Knows no clock: times are milliseconds that the caller hands in, never going back.
 */
export class Ring<Member extends RingMember> {
  readonly #slots: (Member[] | undefined)[];
  readonly #origin: number;
  /** The next millisecond since `origin` that has not been gone through. */
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
   * @param phase where in the interval, from 0 to below 1.
   * @returns the time the member is due at first.
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

  /** Does nothing to a member that is in no slot. */
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

  /** Everything that was due before `now` is no more: sending begins (again) here. */
  skipTo(now: number): void {
    this.#tick = Math.max(this.#tick, Math.ceil(now - this.#origin));
  }

  /**
   * Hands over every member that has become due, with the time it was due at: one call for each interval that went by,
   * because a schedule that forgets what it missed hides the wait (coordinated omission). `visit` must not change the
   * ring.
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

  /** The time the next member is due at; undefined when there is none. */
  next(): number | undefined {
    if (this.#size === 0) return undefined;
    for (let tick = this.#tick; tick < this.#tick + this.#slots.length; tick += 1) {
      const members = this.#slots[tick % this.#slots.length];
      if (members !== undefined && members.length > 0) return this.#origin + tick;
    }
    return undefined;
  }
}
