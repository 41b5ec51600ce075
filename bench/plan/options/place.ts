import { z } from 'zod';
import { configSchema } from '../config.ts';

/** The value at a place like "ramp.clients". */
export function valueAt(whole: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((part, name) => partsOf(part)[name], whole);
}

/** A copy that has the value at that place. */
export function withValueAt(whole: unknown, place: string, value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = place.split('.');
  const parts = partsOf(whole);
  return { ...parts, [name]: rest.length === 0 ? value : withValueAt(parts[name], rest.join('.'), value) };
}

/** What the config accepts at that place. */
export function schemaAt(place: string): unknown {
  return place.split('.').reduce<unknown>((schema, name) => {
    const inner: unknown = schema instanceof z.ZodObject ? schema.shape[name] : undefined;
    return inner instanceof z.ZodOptional ? inner.unwrap() : inner;
  }, configSchema);
}

function partsOf(whole: unknown): Record<string, unknown> {
  return typeof whole === 'object' && whole !== null ? { ...whole } : {};
}
