import { type CounterName, type CounterValues, counterNames } from '../contract/counters.ts';

/** How a connection's life ends, last first: its threads count on while all this is read. */
const endings: readonly CounterName[] = ['released', 'ended'];

const indexOf = new Map<CounterName, number>(counterNames.map((name, index) => [name, index]));

/**
 * Counts in memory that threads can share. 64-bit, because a day of 10 KB messages overflows 32 bits of bytes.
 * Both servers count through the same code, so that counting costs both the same.
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

  /** What is counted as ended here has all its messages counted here too. */
  values(): CounterValues {
    const values = {} as CounterValues;
    for (const name of endings) values[name] = this.read(name);
    for (const name of counterNames) values[name] ??= this.read(name);
    return values;
  }
}
