import type { Element, Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import type { MeasuredRun } from '../measured-run.ts';
import { comparison } from './comparison.ts';
import { dataScript } from './data.ts';
import { figures } from './figures.ts';
import { header } from './header.ts';
import type { PageMaterial, PageScript, Section } from './material.ts';
import { sections } from './sections.ts';
import { stylesheet } from './style.ts';

/** The whole report as one HTML file that needs no network. Pure. */
export function renderPage(material: PageMaterial): string {
  const { runs, table, markdown, charts, script } = material;
  const { findings, methods, environment, audit, caveats, words, again } = sections(material);
  const parts = [
    findings,
    comparison(table, markdown),
    figures(charts),
    methods,
    environment,
    audit,
    caveats,
    words,
    again,
  ].filter((part) => part !== undefined);
  const page: Root = h(null, [
    { type: 'doctype' },
    h('html', { lang: 'en' }, [
      head(runs.map(({ label }) => label).join(', '), script),
      h('body', [
        h('a', { className: 'skip', href: '#main' }, 'Skip to the report'),
        header(runs),
        contents(parts),
        h('main', { id: 'main', tabIndex: -1 }, parts.map(sectionElement)),
        dataScript({ runs: runs.length === 1 ? runs : runs.map(withoutTimelines) }),
        h('script', script.text),
      ]),
    ]),
  ]);
  // Only drawings of echarts are raw.
  return `${toHtml(page, { allowDangerousHtml: true })}\n`;
}

/** The run without its timelines, which are drawn for a single run only. */
function withoutTimelines(run: MeasuredRun): MeasuredRun {
  return { ...run, curves: { ...run.curves, timelines: [] } };
}

function head(runs: string, { sha256 }: PageScript): Element {
  // echarts writes styles into attributes, which no digest covers.
  const policy = `default-src 'none'; script-src 'sha256-${sha256}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return h('head', [
    h('meta', { charSet: 'utf-8' }),
    h('meta', { httpEquiv: 'Content-Security-Policy', content: policy }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('title', `Blocking threads or an async event loop? ${runs}`.trim()),
    h('style', stylesheet),
  ]);
}

function contents(parts: readonly Section[]): Element {
  const links = parts.map(({ id, title }) => h('li', h('a', { href: `#${id}` }, title)));
  return h('nav', { ariaLabel: 'On this page' }, h('ul', links));
}

function sectionElement({ id, title, content }: Section): Element {
  const heading = `${id}-heading`;
  return h('section', { id, ariaLabelledBy: heading }, [h('h2', { id: heading }, title), ...content]);
}
