import { whole } from './format.ts';

export { wholePercent as percent } from './format.ts';

/** Of a stack, native or JavaScript's, and what V8 says around it. */
const frame = /^\s*(at |\d+: |-{3,}|<---|\[\d+:0x|#?\s*$)/;

/** The end of what was said, if anything was; where it was said does not matter. */
export function quote(lines: readonly string[]): string {
  // Several threads may say the same.
  const said = new Set(lines.filter((line) => !frame.test(line)).map((line) => line.replace(/^# /, '')));
  return said.size === 0 ? '' : `: ${[...said].slice(-3).join(' / ')}`;
}

/** Whole megabytes, without the unit. */
export function megabytes(bytes: number): string {
  return whole(bytes / 1_000_000);
}
