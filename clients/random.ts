/**
 * Returns a generator of numbers in [0, 1): mulberry32, seeded by a mix of `seed` and `index`. The processes of one
 * fleet get different numbers, and every run gets the same ones.
 */
export function randomNumbers(seed: number, index: number): () => number {
  let state = (Math.imul(seed >>> 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
