import type { ContenderKey } from '../../plan/contenders.ts';

/** Colours of a chart. Text and lines have a contrast of at least 4.5 and 3 against the background (WCAG 2.2, 1.4.3 and 1.4.11). */
export interface Theme {
  name: 'light' | 'dark';
  background: string;
  text: string;
  muted: string;
  grid: string;
  /**
   * One colour per contender, in their order: blue and orange after Okabe and Ito (2008). The others are as far from these
   * and from each other as possible, for every kind of colour blindness. Text in the colour of the background is readable on
   * them.
   */
  contenders: readonly [string, ...string[]];
  passed: string;
  failed: string;
  void: string;
}

export const themes: Record<Theme['name'], Theme> = {
  light: {
    name: 'light',
    background: '#ffffff',
    text: '#1f2328',
    muted: '#59636e',
    grid: '#d9dee3',
    contenders: ['#0072b2', '#c4500a', '#6d1fe0', '#6b3f36'],
    passed: '#007a5a',
    failed: '#b3261e',
    void: '#6b7280',
  },
  dark: {
    name: 'dark',
    background: '#0d1117',
    text: '#f0f6fc',
    muted: '#9da7b1',
    grid: '#30363d',
    contenders: ['#56b4e9', '#e69f00', '#9a6cff', '#dcd8b8'],
    passed: '#2fbf9b',
    failed: '#ff7b72',
    void: '#9da7b1',
  },
};

/** The same contender has the same colour in every chart. */
export function colourOf({ contenders }: Theme, all: readonly ContenderKey[], contender: ContenderKey): string {
  return contenders[Math.max(0, all.indexOf(contender)) % contenders.length] ?? contenders[0];
}
