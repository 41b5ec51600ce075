/**
 * Any text as Markdown that shows just that text, in a cell or after the bullet of a list: on GitHub (cmark-gfm), on
 * dev.to (Redcarpet, after Liquid) and by Hugo (Goldmark, after its shortcodes). What is harmless where it stands stays as
 * it is, so that the source can be read, too. Pure.
 */
export function markdownText(text: string): string {
  const flat = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return flat
    .replaceAll(active, (found) => entities[found] ?? `\\${found}`)
    .replaceAll('$', isFormula(flat) ? '&#36;' : '$$')
    .replace(atStart, '$1\\$2');
}

/**
 * The text that stands for a picture. Redcarpet reads no escape there, so what would need one goes; brackets become
 * parentheses. Pure.
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

/** Between two dollars GitHub sees one. */
function isFormula(text: string): boolean {
  return /\$.*[^$].*\$/.test(text);
}

/** Redcarpet knows no backslash before these, or does not heed it: it ends a cell at an escaped pipe. */
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
    // Everywhere.
    /[\\`*[\]~^|<]/,
    // An underscore within a word is none: vm.max_map_count.
    /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
    /&(?=#?\w+;)/,
    // Liquid and shortcodes: {{ }} {% %} {{< >}}; kramdown and Goldmark: {: } {# }.
    /\{(?=[{%#:.<])|\}(?=\})|%(?=\})/,
    // Hugo makes a dash of two, and a guillemet.
    /-(?=-)|>(?=>)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);

/** What would begin a heading, a quotation, a definition, or a list within the list. */
const atStart = /^(\d+(?=[.)](?: |$)))?([#>:]|(?<=\d)[.)]|[-+](?= |$))/;
