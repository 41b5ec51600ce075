import { type CounterName, type CounterValues, counterNames } from '../contract/counters.ts';

/** Last events of a connection, the very last one first: threads keep counting during the read. */
const endings: readonly CounterName[] = ['released', 'ended'];

const indexOf = new Map<CounterName, number>(counterNames.map((name, index) => [name, index]));

/**
 * Counters in memory that threads can share. They have 64 bits, because a day of 10 KB messages overflows 32 bits of
 * bytes. All servers count through this code, so that counting costs each the same.
 */
export class Counters {
  readonly memory: SharedArrayBuffer;
  readonly #values: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(counterNames.length * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#values = new BigInt64Array(memory);
  }

  add(name: CounterName, amount = 1): void {
    Atomics.add(this.#values, indexOf.get(name) ?? 0, BigInt(amount));
  }

  read(name: CounterName): number {
    return Number(Atomics.load(this.#values, indexOf.get(name) ?? 0));
  }

  /** A snapshot in which every session counted as ended has all its messages counted too. */
  values(): CounterValues {
    const values = {} as CounterValues;
    for (const name of endings) values[name] = this.read(name);
    for (const name of counterNames) values[name] ??= this.read(name);
    return values;
  }
}
