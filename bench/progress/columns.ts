const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Everything from the first wide script (U+1100) on counts as wide, except signs such as … and ✓ that are no emoji. */
const wide = /^[\u1100-\u1fff\u2c00-\u{10ffff}\p{Emoji_Presentation}]/u;
const emojiSelector = '\ufe0f';

/**
 * The most columns that a text takes on a terminal: a character that some terminals draw two columns wide counts as
 * two.
 */
export function columnsOf(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + columnsOfOne(segment), 0);
}

/** Cuts a text to `columns` columns, with … in place of the rest. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= columnsOfOne(segment);
    if (left < 0) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}

function columnsOfOne(grapheme: string): number {
  return wide.test(grapheme) || grapheme.includes(emojiSelector) ? 2 : 1;
}
