import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cuts a text to `columns` columns of a terminal, with … in place of the rest. slice-ansi may leave one column too many. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(`${kept}${segment}…`) > columns) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}
