/** Bits 0 to 3 of `vcgencmd get_throttled` are current states; bits 16 to 19 are the same states since boot. */
const states = ['under-voltage', 'frequency capped', 'throttled', 'soft temperature limit'];
const sinceBootShift = 16;

/** The states that slow the board down now; [] when none does. */
export function throttlingNow(bits: number): string[] {
  return states.filter((_, bit) => (bits & (1 << bit)) !== 0);
}

/** "0x50001 (under-voltage now, under-voltage since boot, throttled since boot)". */
export function describeThrottling(bits: number): string {
  const words = [
    ...throttlingNow(bits).map((state) => `${state} now`),
    ...throttlingNow(bits >>> sinceBootShift).map((state) => `${state} since boot`),
  ];
  return `0x${bits.toString(16)} (${words.length === 0 ? 'none' : words.join(', ')})`;
}
