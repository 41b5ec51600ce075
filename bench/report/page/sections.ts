import type { ElementContent } from 'hast';
import { h } from 'hastscript';
import type { Summary } from '../../summary/summary.ts';
import { glossary } from '../../text/glossary.ts';
import { caveats } from '../caveats.ts';
import { conclusions } from '../conclusions.ts';
import type { MeasuredRun, SummarizedRun } from '../measured-run.ts';
import { environmentLines, trust, warnings } from '../provenance.ts';
import { byRun } from '../provenance-of.ts';
import type { FullTable } from '../table.ts';
import { howId } from './comparison.ts';
import type { PageMaterial, Section } from './material.ts';

/** The sections that consist of words. A section without content is undefined. Pure. */
export function sections({ runs, table }: Pick<PageMaterial, 'runs' | 'table'>) {
  return {
    findings: section('findings', 'Findings', perRun(runs, conclusionsOf)),
    methods: section('methods', 'How each number was measured', methods(table.measures)),
    environment: section(
      'environment',
      'Machines',
      perRun(runs, ({ summary }) => environmentLines(summary)),
    ),
    audit: section(
      'audit',
      'Audit',
      perRun(runs, ({ summary }) => auditLines(summary)),
    ),
    caveats: section('caveats', 'What the numbers do not say', perRun(runs, caveats)),
    words: section('words', 'Words', runs.length === 0 ? [] : words()),
    again: section('again', 'The record', again(runs)),
  };
}

function section(id: string, title: string, content: ElementContent[]): Section | undefined {
  return content.length === 0 ? undefined : { id, title, content };
}

function conclusionsOf({ summary }: SummarizedRun): string[] {
  return conclusions(summary).map(({ sentence }) => sentence);
}

function methods(measures: FullTable['measures']): ElementContent[] {
  if (measures.length === 0) return [];
  const terms = measures.map(({ label, how }, index) =>
    h('div', { id: howId(index) }, [h('dt', label), h('dd', `${how.slice(0, 1).toUpperCase()}${how.slice(1)}.`)]),
  );
  return [h('dl', terms)];
}

function words(): ElementContent[] {
  return [
    h(
      'dl',
      glossary.map(({ term, meaning }) => h('div', [h('dt', term), h('dd', meaning)])),
    ),
  ];
}

/** Lines of several runs stand under their names. Lines that hold for all runs stand once. */
function perRun(runs: readonly SummarizedRun[], linesOf: (run: SummarizedRun) => string[]): ElementContent[] {
  return byRun(runs, linesOf).flatMap(({ title, lines }) => [
    ...(title === undefined ? [] : [h('h3', title)]),
    h(
      'ul',
      lines.map((line) => h('li', line)),
    ),
  ]);
}

/** The reasons to trust the numbers, and the warnings against them. */
function auditLines(summary: Summary): string[] {
  return [...trust(summary), ...warnings(summary)];
}

function again(runs: readonly MeasuredRun[]): ElementContent[] {
  if (runs.length === 0) return [];
  const folders = runs.map(({ folder }) => `results/${folder}`);
  return [
    h('p', [
      'Every raw sample is in ',
      ...folders.flatMap((folder, index) => [index === 0 ? '' : ', ', h('code', `${folder}/record.jsonl`)]),
      '. This command makes the whole page again from there:',
    ]),
    h('pre', { tabIndex: 0 }, h('code', `npm run bench:report -- ${folders.join(' ')}`)),
  ];
}
