import { markdownTable } from 'markdown-table';
import { defaultOf, meaningOf, options, usageOf } from '../../plan/options/options.ts';
import { readingOf } from '../../plan/options/reading.ts';
import { commandNames, type OptionRow, type OptionRows, scriptOf } from '../../plan/options/row.ts';

/** docs/options.md: a table for each group of options. Pure. */
export function renderOptionDocs(rows: OptionRows = options): string {
  const groups = Object.entries(Object.groupBy(Object.entries(rows), ([, { group }]) => group));
  const tables = groups.map(([group, members = []]) => `## ${group}\n\n${tableOf(members)}\n`);
  return `${head}\n${tables.join('\n')}`;
}

const head = `# Options

<!-- \`npm run docs\` makes this file from the rows in bench/plan/options: change those. -->

Options follow two dashes: \`npm run bench:compare -- --profile smoke\`. Where a default depends on the profile, it stands
behind the name of that profile. The commands are:

${commandNames.map((name) => `- ${name}: \`npm run ${scriptOf(name)}\``).join('\n')}
`;

function tableOf(members: readonly [name: string, row: OptionRow][]): string {
  return markdownTable([
    ['Option', 'Meaning', 'Default', 'Commands'],
    ...members.map(([name, row]) => [
      `\`${usageOf(name, row)}\``,
      meaningWithRange(row),
      defaultOf(row) ?? '',
      row.commands.join(', '),
    ]),
  ]);
}

function meaningWithRange(row: OptionRow): string {
  const meaning = meaningOf(row);
  const range = readingOf(row)?.takes;
  const sentence = `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
  return range === undefined ? sentence : `${sentence} Takes ${range}.`;
}
