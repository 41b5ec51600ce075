import type { ElementContent } from 'hast';

/** A part of the page, below a heading of its own. */
export interface Section {
  id: string;
  title: string;
  content: ElementContent[];
}
