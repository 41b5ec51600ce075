import { parseSync } from 'oxc-parser';

/** A word that makes a sentence hard to read at the first try, and what to write instead. */
const patterns: readonly [pattern: RegExp, instead: string][] = [
  [/(^|[.:;] )Of (?!course\b)/, 'name the thing first: "Type-check part of compileMilliseconds."'],
  [/\b(who|what|which|when|where|how)(so)?ever\b(?! it takes)/i, 'name the person or the thing'],
  [/\b(some|no|any)body\b/i, 'name the person or the program'],
  [/\bg(o|oes|oing|one) on with\b/i, '"resume"'],
  [/\bmend(s|ed|ing)?\b/i, '"fix" or "remedy"'],
  [/\bforesee(s|n|ing)?\b/i, '"predict"'],
  [/\b(bear|bears|bore|borne)\b/i, '"carry", "support" or "hold"'],
];

/** A sentence about each hard word in the text of a comment or of a document. Pure. */
export function hardWords(place: string, text: string): string[] {
  return patterns.flatMap(([pattern, instead]) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${place}: "${found[0].trim()}" is hard to read: ${instead}`];
  });
}

/** The comments of a file of TypeScript or JavaScript, each in one line without its marks. Pure. */
export function commentsOf(file: string, text: string): string[] {
  return parseSync(file, text).comments.map(({ value }) =>
    value
      .replaceAll(/^\s*\*+ ?/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
}
