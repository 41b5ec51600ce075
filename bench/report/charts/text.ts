/** Characters of Inter (400) by their advance width, in hundredths of the font size. */
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
/** The advance width of a character that the table lacks: wider than most. */
const otherAdvance = 70;

export type Weight = 'regular' | 'heavy';

/**
 * A factor for fonts that are wider than Inter, which a picture does not contain. Many Linux systems show DejaVu Sans instead,
 * which is wider by this factor at most.
 */
const caution: Record<Weight, number> = { regular: 1.1, heavy: 1.22 };

/** Pixels that a line of text takes in the widest font that may show it. Pure: the same on any machine. */
export function widthOf(text: string, fontSize: number, weight: Weight = 'regular'): number {
  const hundredths = [...text].reduce((sum, character) => sum + (advanceOf.get(character) ?? otherAdvance), 0);
  return (hundredths / 100) * fontSize * caution[weight];
}

/** Breaks a text into lines of at most `width` pixels. Cuts a word that is wider. Line breaks in the text stay. */
export function wrap(text: string, width: number, fontSize: number, weight: Weight = 'regular'): string[] {
  const isWider = (line: string) => widthOf(line, fontSize, weight) > width;
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(' ').flatMap((whole) => pieces(whole, isWider))) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (current !== '' && isWider(longer)) {
        lines.push(current);
        current = word;
      } else {
        current = longer;
      }
    }
    return [...lines, current];
  });
}

function pieces(word: string, isWider: (line: string) => boolean): string[] {
  const characters = [...word];
  if (characters.length <= 1 || !isWider(word)) return [word];
  let fits = characters.length - 1;
  while (fits > 1 && isWider(characters.slice(0, fits).join(''))) fits--;
  return [characters.slice(0, fits).join(''), ...pieces(characters.slice(fits).join(''), isWider)];
}

/** Escapes a text for the content of an XML or HTML element. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
