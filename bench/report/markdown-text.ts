/**
 * Escapes a text, so that Markdown shows it as it is in a cell or after the bullet of a list: on GitHub (cmark-gfm), on
 * dev.to (Redcarpet, after Liquid) and by Hugo (Goldmark, after its shortcodes). Harmless characters stay unescaped, so that
 * the source is readable as well. Pure.
 */
export function markdownText(text: string): string {
  const flat = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return flat
    .replaceAll(active, (found) => entities[found] ?? `\\${found}`)
    .replaceAll('$', isFormula(flat) ? '&#36;' : '$$')
    .replace(atStart, '$1\\$2');
}

/**
 * The alternative text of a picture. Redcarpet reads no escapes there, so characters that need one are left out; brackets
 * become parentheses. Pure.
 */
export function markdownAlt(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll(/[\\`*~^|<>{}$"]|&(?=#?\w+;)/g, '')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '')
    .trim();
}

/** GitHub reads text between two dollars as a formula. */
function isFormula(text: string): boolean {
  return /\$.*[^$].*\$/.test(text);
}

/** Entities for characters that Redcarpet does not escape with a backslash: it ends a cell even at an escaped pipe. */
const entities: Readonly<Record<string, string>> = {
  '|': '&#124;',
  '<': '&lt;',
  '&': '&amp;',
  '{': '&#123;',
  '}': '&#125;',
  '%': '&#37;',
};

const active = new RegExp(
  [
    // These are active everywhere.
    /[\\`*[\]~^|<]/,
    // An underscore within a word is harmless: vm.max_map_count.
    /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
    /&(?=#?\w+;)/,
    // Liquid and shortcodes: {{ }} {% %} {{< >}}; kramdown and Goldmark: {: } {# }.
    /\{(?=[{%#:.<])|\}(?=\})|%(?=\})/,
    // Hugo turns two hyphens into a dash, and two ">" into a guillemet.
    /-(?=-)|>(?=>)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);

/** Characters that begin a heading, a quotation, a definition, or a list within the list. */
const atStart = /^(\d+(?=[.)](?: |$)))?([#>:]|(?<=\d)[.)]|[-+](?= |$))/;
