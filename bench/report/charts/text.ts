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

export type Weight = 'regular' | 'heavy';

/** A picture does not bring Inter with it: DejaVu Sans, which many a Linux has instead, takes so much more at most. */
const caution: Record<Weight, number> = { regular: 1.1, heavy: 1.22 };

/** Pixels that a line of text takes in the widest font it may be shown in. Pure: the same on any machine. */
export function widthOf(text: string, fontSize: number, weight: Weight = 'regular'): number {
  const hundredths = [...text].reduce((sum, character) => sum + (advanceOf.get(character) ?? otherAdvance), 0);
  return (hundredths / 100) * fontSize * caution[weight];
}

/** Lines of the text that fit; a word that is wider than that alone is cut in two. Line breaks in the text stay. */
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

/** As text of an XML or HTML element. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
