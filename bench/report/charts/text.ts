/** Characters of Inter (400) by how far each moves on, in hundredths of the font's size. */
const advances: Record<number, string> = {
  27: " Iijl.,:!'’·",
  36: 'fr|t()[]/\\`;{}',
  46: '1-_"^*',
  56: '?avyskxz',
  62: '0235678946bdgpqFhnuEoeLcJ#µ',
  68: '7$&PRSBT+<=>~±≥KXY',
  76: 'AVDCHUGNOQZ',
  90: 'wmM',
  100: 'W@%—…→',
};
const advanceOf = new Map(Object.entries(advances).flatMap(([by, characters]) => [...characters].map((c) => [c, +by])));
/** Of what is not named above: wider than most. */
const otherAdvance = 70;

/** What a reader's font may be wider than Inter, and heavy type wider than regular, at most. */
const caution = 1.04;

/** Pixels that a line of text takes in Inter, or a little more. Pure: the same on any machine. */
export function widthOf(text: string, fontSize: number): number {
  const hundredths = [...text].reduce((sum, character) => sum + (advanceOf.get(character) ?? otherAdvance), 0);
  return (hundredths / 100) * fontSize * caution;
}

/** Lines of the text that fit; a word that is wider than that alone is cut in two. Line breaks in the text stay. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(' ').flatMap((whole) => pieces(whole, width, fontSize))) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (current !== '' && widthOf(longer, fontSize) > width) {
        lines.push(current);
        current = word;
      } else {
        current = longer;
      }
    }
    return [...lines, current];
  });
}

function pieces(word: string, width: number, fontSize: number): string[] {
  if (widthOf(word, fontSize) <= width) return [word];
  const characters = [...word];
  let fits = characters.length - 1;
  while (fits > 1 && widthOf(characters.slice(0, fits).join(''), fontSize) > width) fits--;
  return [characters.slice(0, fits).join(''), ...pieces(characters.slice(fits).join(''), width, fontSize)];
}

/** As text of an XML or HTML element. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
