import type { ElementContent } from 'hast';
import { h } from 'hastscript';
import type { Summary } from '../../summary.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { environmentLines, trust, warnings } from '../provenance.ts';
import type { TableRow } from '../table.ts';
import { howId } from './comparison.ts';
import type { PageMaterial } from './material.ts';
import type { Section } from './section.ts';

/** What is words alone; absent where there are none. Pure. */
export function sections({ runs, table, findings, caveats }: PageMaterial) {
  return {
    findings: section('findings', 'Findings', sentences(findings)),
    methods: section('methods', 'How each number was measured', methods(table.rows)),
    environment: section('environment', 'Machines', perRun(runs, environmentLines)),
    audit: section('audit', 'Audit', perRun(runs, auditLines)),
    caveats: section('caveats', 'What the numbers do not say', sentences(caveats)),
    again: section('again', 'The record', again(runs)),
  };
}

function section(id: string, title: string, content: ElementContent[]): Section | undefined {
  return content.length === 0 ? undefined : { id, title, content };
}

function sentences(lines: readonly string[]): ElementContent[] {
  return lines.length === 0
    ? []
    : [
        h(
          'ul',
          lines.map((line) => h('li', line)),
        ),
      ];
}

function methods(rows: readonly TableRow[]): ElementContent[] {
  if (rows.length === 0) return [];
  const terms = rows.map(({ label, how }, index) =>
    h('div', { id: howId(index) }, [h('dt', label), h('dd', `${how.slice(0, 1).toUpperCase()}${how.slice(1)}.`)]),
  );
  return [h('dl', terms)];
}

/** Under the name of each run when there are several. */
function perRun(runs: readonly MeasuredRun[], linesOf: (summary: Summary) => string[]): ElementContent[] {
  return runs.flatMap(({ label, summary }) => [
    ...(runs.length > 1 ? [h('h3', label)] : []),
    ...sentences(linesOf(summary)),
  ]);
}

/** What speaks against the numbers stands with what speaks for them. */
function auditLines(summary: Summary): string[] {
  return [...trust(summary), ...warnings(summary)];
}

function again(runs: readonly MeasuredRun[]): ElementContent[] {
  if (runs.length === 0) return [];
  const folders = runs.map(({ label }) => `results/${label}`);
  return [
    h('p', [
      'Every raw sample stands in ',
      ...folders.flatMap((folder, index) => [index === 0 ? '' : ', ', h('code', `${folder}/record.jsonl`)]),
      '. All of this page is computed from it, by',
    ]),
    h('pre', { tabIndex: 0 }, h('code', `npm run bench:report -- ${folders.join(' ')}`)),
  ];
}
