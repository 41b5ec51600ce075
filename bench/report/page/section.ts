import type { ElementContent } from 'hast';

/** A part of the page with its own heading. */
export interface Section {
  id: string;
  title: string;
  content: ElementContent[];
}
