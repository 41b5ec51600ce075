/** The axis of bars. It is known before the chart is drawn, because it decides where texts stand. */
export interface Scale {
  type: 'log' | 'value';
  min: number;
  max: number;
  /** The difference between two ticks. Absent on a logarithmic axis, which has a tick per power of ten. */
  interval?: number;
  /** The label of a tick. */
  format: (value: number) => string;
}

/** The most ticks besides the one at 0. A phone has no room for more. */
const mostTicks = 3;

/** A linear axis from 0, so that lengths compare as the values do. Pure. */
export function linearScale(values: readonly number[], format: Scale['format']): Scale {
  const max = Math.max(...values, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(max / (mostTicks + 1)));
  const interval = power * ([1, 2, 2.5, 5].find((step) => step * power * (mostTicks + 1) > max) ?? 10);
  return { type: 'value', min: 0, max, interval, format: (value) => (value === 0 ? '0' : format(value)) };
}

/** A logarithmic axis of counts. It begins at 1, the lowest count that is not none. Pure. */
export function logScale(values: readonly number[], format: Scale['format']): Scale {
  return { type: 'log', min: 1, max: Math.max(10, ...values), format };
}

/** True when the axis ends at a tick, false when it ends at a number that is not round. Pure. */
export function endsAtTick({ type, max, interval }: Scale): boolean {
  const ticks = type === 'log' ? Math.log10(max) : max / (interval ?? max);
  return Math.abs(ticks - Math.round(ticks)) < 1e-9;
}

/** The place of a value on the axis, from 0 at the left end to 1 at the right end. Pure. */
export function shareOf({ type, min, max }: Scale, value: number): number {
  const share = type === 'value' ? (value - min) / (max - min) : Math.log(value / min) / Math.log(max / min);
  return Math.min(1, Math.max(0, share));
}
