import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { markdownText } from './markdown-text.ts';

/** Every piece of text that has a meaning for one of the renderers. */
const pieces = [
  ...['|', '\\', '\n', '<', '>', '&', '*', '_', '`', '~', '[', ']', '{', '}', '%', '$', '#', '-', '+', '!', ':', '^'],
  ...['a', 'é', '1', '2.', ' ', '&lt;', '&#', '{{', '{%', '{{<', '%}', '}}', '--', '<b>', '](x)', '![', '<!--', '- '],
];
const anyText = fc.string({ unit: fc.constantFrom(...pieces) });
const shownOf = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

const markup = /[`*[\]~^|<]/;
const withinWord = /[\p{L}\p{N}]_[\p{L}\p{N}]/u;

/** By CommonMark's rules for text: an escape, an entity, or a character that is no markup where it stands. */
function read(source: string): string {
  let shown = '';
  for (let at = 0; at < source.length; ) {
    const entity = /^&(?:#(\d+)|(amp|lt));/.exec(source.slice(at));
    const found = source[at] ?? '';
    if (entity !== null) {
      shown +=
        entity[1] === undefined ? { amp: '&', lt: '<' }[entity[2] ?? ''] : String.fromCodePoint(Number(entity[1]));
      at += entity[0].length;
    } else if (found === '\\') {
      assert.match(source[at + 1] ?? '', /[!-/:-@[-`{-~]/, `nothing is escaped: ${source}`);
      shown += source[at + 1];
      at += 2;
    } else {
      const isHarmless = found === '_' ? withinWord.test(source.slice(at - 1, at + 2)) : !markup.test(found);
      assert.ok(isHarmless, `${found} is markup at ${at}: ${source}`);
      shown += found;
      at += 1;
    }
  }
  return shown;
}

describe('text in Markdown', () => {
  test('is shown as it is, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => assert.equal(read(markdownText(text)), shownOf(text))),
      { numRuns: 500 },
    );
  });

  test('holds nothing that Liquid or a shortcode begins or ends with, ends no cell, and begins no block', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const source = markdownText(text);
        assert.doesNotMatch(source, /\{\{|\}\}|\{%|%\}|\||\n|(?<!\\)(?:--|>>)/);
        assert.doesNotMatch(source, /^(?:[#>:]|[-+](?: |$)|\d+[.)](?: |$))/);
        assert.doesNotMatch(source, /\$[^$]+\$/);
      }),
      { numRuns: 500 },
    );
  });

  const examples: [text: string, source: string][] = [
    ['vm.max_map_count 65,530 (RLIMIT_NOFILE)', 'vm.max_map_count 65,530 (RLIMIT_NOFILE)'],
    ['≥ 7,545 ± 1,300; 3 of 4 – 5 %', '≥ 7,545 ± 1,300; 3 of 4 – 5 %'],
    ['{"a":{"b":1}}', '{"a":{"b":1&#125;}'],
    ['R & D, AT&T', 'R & D, AT&T'],
    ['sudo prlimit --pid 1', 'sudo prlimit \\--pid 1'],
    ['_private and __proto__', '\\_private and \\_\\_proto\\_\\_'],
    ['2026-11-20', '2026-11-20'],
    ['1. first', '1\\. first'],
    ['costs 5 $', 'costs 5 $'],
  ];
  for (const [text, source] of examples) {
    test(`${text} is written as ${source}`, () => assert.equal(markdownText(text), source));
  }
});
