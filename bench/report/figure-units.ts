/** Units stand in the names of figures; here they are read out again. The first that fits. */
const units: readonly [pattern: RegExp, unit: string][] = [
  [/Bytes/, 'bytes'],
  [/Microseconds/, 'microseconds'],
  [/Milliseconds/, 'milliseconds'],
  [/PerSecond/, 'per second'],
  [/CpuShare/, 'share of one core'],
  [/[cC]lients$/, 'clients'],
  [/^threads$/, 'threads'],
];

export function unitOf(figure: string): string {
  return units.find(([pattern]) => pattern.test(figure))?.[1] ?? '';
}
