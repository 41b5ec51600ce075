const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** All that follows the first wide script, but for signs like … and ✓; of those, what is drawn as an emoji. */
const wide = /^[\u1100-\u1fff\u2c00-\u{10ffff}\p{Emoji_Presentation}]/u;
const emojiSelector = '\ufe0f';

/** Columns that a text takes on a terminal at most: whatever some terminal may draw over two counts as two. */
export function columnsOf(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + columnsOfOne(segment), 0);
}

/** Cut to so many columns, with … in place of what is missing. */
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
