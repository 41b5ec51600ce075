/**
 * Memory that the accept thread shares with the connection threads, one slot per connection. It is the only way to
 * communicate with a thread that sleeps in read(2): the thread writes here before it falls asleep, and the accept
 * thread wakes it by `shutdown(2)` when a deadline has passed or the server stops.
 */
const fields = { lock: 0, descriptorPlusOne: 1, dueMilliseconds: 2, heapUsedKibibytes: 3 } as const;
const fieldCount = 4;
/** Replaces the due time once the accept thread has cut the connection for a missed deadline. */
const missed = -1;
const orders = { serve: 0, goAway: 1, cut: 2 } as const;
export type Order = keyof typeof orders;

export class Slots {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly capacity: number;

  constructor(memory: SharedArrayBuffer | number) {
    this.memory =
      typeof memory === 'number'
        ? new SharedArrayBuffer((1 + memory * fieldCount) * Int32Array.BYTES_PER_ELEMENT)
        : memory;
    this.#cells = new Int32Array(this.memory);
    this.capacity = (this.#cells.length - 1) / fieldCount;
  }

  /** What every connection thread must do; each thread reads it when it wakes. */
  get order(): Order {
    const order = Atomics.load(this.#cells, 0);
    return order === orders.cut ? 'cut' : order === orders.goAway ? 'goAway' : 'serve';
  }
  set order(order: Order) {
    Atomics.store(this.#cells, 0, orders[order]);
  }

  /**
   * Gives the slot to a newly accepted connection, which must make progress by `dueMilliseconds`. Clears what the last
   * connection left, because its thread may have died without clearing it.
   */
  take(slot: number, dueMilliseconds: number): void {
    this.#set(slot, 'descriptorPlusOne', 0);
    this.#set(slot, 'heapUsedKibibytes', 0);
    this.#set(slot, 'dueMilliseconds', Math.round(dueMilliseconds));
  }

  /**
   * Tells the accept thread the descriptor of this connection. Only the connection's own thread knows it, because
   * moving a socket to a thread duplicates the descriptor. The caller must check `isCut` afterwards.
   */
  open(slot: number, descriptor: number): void {
    this.#set(slot, 'descriptorPlusOne', descriptor + 1);
  }

  /** Runs `close`, which closes the descriptor, never while the accept thread is using it. */
  close(slot: number, close: () => void): void {
    this.#locked(slot, () => {
      this.#set(slot, 'descriptorPlusOne', 0);
      this.setDue(slot, 0);
      this.#set(slot, 'heapUsedKibibytes', 0);
      close();
    });
  }

  /**
   * Runs `use` if the slot's descriptor is still open, and keeps it open meanwhile: the kernel gives a closed
   * descriptor's number to the next connection, which must not be shut down in its place.
   */
  whileOpen(slot: number, use: (descriptor: number) => void): void {
    this.#locked(slot, () => {
      const descriptor = this.#get(slot, 'descriptorPlusOne') - 1;
      if (descriptor >= 0) use(descriptor);
    });
  }

  /** Sets the deadline of the connection, on the accept thread's clock; 0 means none. */
  setDue(slot: number, milliseconds: number): void {
    const due = this.#get(slot, 'dueMilliseconds');
    // A deadline that the accept thread has declared missed stays missed.
    if (due !== missed) this.#exchange(slot, 'dueMilliseconds', due, Math.round(milliseconds));
  }
  /** True once for each deadline, when it has passed; the caller must then cut the connection. */
  takeMissed(slot: number, nowMilliseconds: number): boolean {
    const due = this.#get(slot, 'dueMilliseconds');
    return due > 0 && due <= nowMilliseconds && this.#exchange(slot, 'dueMilliseconds', due, missed);
  }
  /** True once the accept thread has cut this connection. */
  isCut(slot: number): boolean {
    return this.order === 'cut' || this.#get(slot, 'dueMilliseconds') === missed;
  }

  heapUsedBytes(taken: Iterable<number>): number {
    let sum = 0;
    for (const slot of taken) sum += this.#get(slot, 'heapUsedKibibytes');
    return sum * 1024;
  }
  setHeapUsed(slot: number, bytes: number): void {
    this.#set(slot, 'heapUsedKibibytes', Math.round(bytes / 1024));
  }

  #locked(slot: number, run: () => void): void {
    const lock = this.#cell(slot, 'lock');
    while (Atomics.compareExchange(this.#cells, lock, 0, 1) !== 0) Atomics.wait(this.#cells, lock, 1);
    try {
      run();
    } finally {
      Atomics.store(this.#cells, lock, 0);
      Atomics.notify(this.#cells, lock, 1);
    }
  }
  #get(slot: number, field: keyof typeof fields): number {
    return Atomics.load(this.#cells, this.#cell(slot, field));
  }
  #set(slot: number, field: keyof typeof fields, value: number): void {
    Atomics.store(this.#cells, this.#cell(slot, field), value);
  }
  /** Sets the field only if the other thread has not changed it meanwhile. */
  #exchange(slot: number, field: keyof typeof fields, expected: number, value: number): boolean {
    return Atomics.compareExchange(this.#cells, this.#cell(slot, field), expected, value) === expected;
  }
  #cell(slot: number, field: keyof typeof fields): number {
    return 1 + slot * fieldCount + fields[field];
  }
}
