/** Lines of a native or JavaScript stack, and of V8's output around it. */
const frame = /^\s*(at |\d+: |-{3,}|<---|\[\d+:0x|#?\s*$)/;

/** ": " and the last three distinct lines of an output without its stack traces; '' when none is left. */
export function quote(lines: readonly string[]): string {
  // Several threads may print the same line.
  const said = new Set(lines.filter((line) => !frame.test(line)).map((line) => line.replace(/^# /, '')));
  return said.size === 0 ? '' : `: ${[...said].slice(-3).join(' / ')}`;
}
