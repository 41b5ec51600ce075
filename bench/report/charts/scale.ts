/** What an axis of bars goes up to, known before it is drawn: texts are placed by it. */
export interface Scale {
  type: 'log' | 'value';
  min: number;
  max: number;
  /** Between two ticks; a logarithmic axis has one a power of ten. */
  interval?: number;
  /** Of a tick. */
  format: (value: number) => string;
}

const mostTicks = 4;

/** From 0, so that lengths compare as the values do. Pure. */
export function linearScale(values: readonly number[], format: Scale['format'], most = mostTicks): Scale {
  const max = Math.max(...values, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(max / mostTicks));
  const interval = power * ([1, 2, 5].find((step) => step * power * most >= max) ?? 10);
  return { type: 'value', min: 0, max, interval, format: (value) => (value === 0 ? '0' : format(value)) };
}

/** From 1: of counts, the least that is something. Pure. */
export function logScale(values: readonly number[], format: Scale['format']): Scale {
  return { type: 'log', min: 1, max: Math.max(10, ...values), format };
}

/** How far along the axis a value lies, from 0 to 1. Pure. */
export function shareOf({ type, min, max }: Scale, value: number): number {
  const share = type === 'value' ? (value - min) / (max - min) : Math.log(value / min) / Math.log(max / min);
  return Math.min(1, Math.max(0, share));
}
