import { markdownTable } from 'markdown-table';
import { glossary } from '../../text/glossary.ts';

/** docs/glossary.md. Pure. */
export function renderGlossary(): string {
  const rows = glossary.map(({ term, meaning }) => [`**${term}**`, meaning]);
  return `# Glossary

<!-- \`npm run docs\` makes this file from the rows in bench/text/glossary.ts: change those. -->

One word stands for one thing: in the code, in the terminal, in reports and in these documents.

${markdownTable([['word', 'what it means'], ...rows], { alignDelimiters: false })}
`;
}
