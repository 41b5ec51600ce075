import type { Literal } from 'hast';

/** Markup that is written without escaping. */
export interface Raw extends Literal {
  type: 'raw';
}

declare module 'hast' {
  interface ElementContentMap {
    raw: Raw;
  }
  interface RootContentMap {
    raw: Raw;
  }
}

export function raw(value: string): Raw {
  return { type: 'raw', value };
}
