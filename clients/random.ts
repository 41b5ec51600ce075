/**
 * Numbers in [0, 1), the same for the same seeds: mulberry32 over a mix of `seed` and `index`, so that the processes of
 * one fleet neither repeat each other nor differ from run to run.
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
