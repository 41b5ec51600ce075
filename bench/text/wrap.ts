/**
 * Wraps text at spaces into lines of at most `width`; a longer word is broken too, because cli-table3 would cut it off.
 * wrap-ansi begins such a word on the line before it, and so tears a figure in a narrow column apart.
 */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    for (line = word; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line].join('\n');
}
