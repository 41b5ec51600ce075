import { markdownTable } from 'markdown-table';
import { causeRows, causes } from '../../record/causes.ts';

const heads = ['cause', 'what it means', "the server's", 'what it rests on', 'how it was provoked', 'verdict given'];

/** Every stop cause with its words, as a Markdown table. Pure. */
export function renderCauses(): string {
  const rows = causes.map((cause) => {
    const row = causeRows[cause];
    const provoked = 'provocation' in row ? [row.provocation, row.verdict] : [`not provoked: ${row.notProvoked}`, '–'];
    return [`\`${cause}\``, row.meaning, row.isNotTheServers ? 'no' : 'yes', row.evidence, ...provoked];
  });
  const lines = [heads, ...rows].map((line) => line.map((cell) => cell.replaceAll('|', '\\|')));
  return markdownTable(lines, { alignDelimiters: false });
}
