import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Numbers from 0 up to but not 1, the same ones for the same seed. */
export type RandomSource = () => number;

export function seededRandom(seed: number): RandomSource {
  // Its first numbers differ for seeds that are near each other, as those of pure-rand's others do not.
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
