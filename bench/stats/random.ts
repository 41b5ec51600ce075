import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Numbers from 0 to below 1. The same seed gives the same numbers. */
export type RandomSource = () => number;

export function seededRandom(seed: number): RandomSource {
  // Seeds that are near each other give different first numbers, unlike with the other generators of pure-rand.
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
