/** Splits `total` into `parts` whole shares that differ by at most one and sum to `total` exactly. */
export function shares(total: number, parts: number): number[] {
  const small = Math.floor(total / parts);
  const larger = total - small * parts;
  return Array.from({ length: parts }, (_, index) => small + (index < larger ? 1 : 0));
}
