import { fontFamily } from '../charts/frame.ts';
import { type Theme, themes } from '../charts/theme.ts';

const { light, dark } = themes;

/** The style of the page, in the colours of the charts. A table has a shadow at the side towards which it can be scrolled. */
export const stylesheet = `
:root { color-scheme: light dark; ${properties(light)} --raised: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { ${properties(dark)} --raised: #161b22; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; background: var(--background); color: var(--text);
  font: 1rem/1.6 ${fontFamily}; overflow-wrap: break-word; }
h1 { font-size: clamp(1.7rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.4rem; line-height: 1.3; letter-spacing: -0.01em; margin: 3rem 0 1rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
p, li, dd, dt { max-width: 46rem; }
ul { padding-left: 1.2rem; margin: 0; }
li { margin: 0.35rem 0; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
[hidden] { display: none !important; }
.lead { font-size: 1.15rem; margin: 0 0 1rem; }
.runs { list-style: none; padding: 0; color: var(--muted); font-size: 0.9rem; }
.runs strong { color: var(--text); }
.skip { position: absolute; left: -100vw; top: 0; padding: 0.5rem 1rem; background: var(--background); z-index: 2; }
.skip:focus { left: 0; }
nav { margin: 1.5rem 0 0; padding: 0.75rem 0; border-block: 1px solid var(--grid); font-size: 0.9rem; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
nav li { margin: 0; }
nav a { display: inline-block; padding: 0.15rem 0; }
#findings li { font-size: 1.05rem; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; margin: 0 0 0.75rem; }
button { font: inherit; color: inherit; cursor: pointer; }
.tools button { font-size: 0.9rem; padding: 0.35rem 0.8rem; background: var(--raised); border: 1px solid var(--muted); border-radius: 6px; }
[role=status] { color: var(--muted); font-size: 0.9rem; }
.scrolls { position: relative; overflow-x: auto; border: 1px solid var(--grid); border-radius: 8px;
  background: linear-gradient(to left, var(--background) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to left, color-mix(in srgb, var(--text) 22%, transparent), transparent) right / 0.9rem 100% no-repeat; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; line-height: 1.45; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.notes { margin-top: 0.75rem; color: var(--muted); font-size: 0.875rem; }
.hint { color: var(--muted); font-size: 0.9rem; margin: 0 0 0.75rem; }
th, td { padding: 0.5rem 0.9rem; border-top: 1px solid var(--grid); text-align: left; vertical-align: top; }
thead th { border-top: 0; background: var(--raised); vertical-align: bottom; }
tbody th { position: sticky; left: 0; background: var(--background); font-weight: 500; min-width: 9rem; width: 14rem; }
tbody th a { color: inherit; text-decoration: underline dotted var(--muted); }
td { font-variant-numeric: tabular-nums; }
td.figure { min-width: 7.5rem; }
td.verdict { min-width: 10.5rem; width: 17rem; }
td.words { font-size: 0.8125rem; min-width: 11rem; overflow-wrap: anywhere; }
thead button { border: 0; padding: 0.2rem 0; background: none; font-weight: 600; text-align: left; }
thead button::after { content: '↕' / ''; color: var(--muted); padding-left: 0.4em; }
[aria-sort=ascending] button::after { content: '↑' / ''; color: inherit; }
[aria-sort=descending] button::after { content: '↓' / ''; color: inherit; }
details { margin: 0.75rem 0 0; font-size: 0.9rem; }
summary { cursor: pointer; color: var(--muted); width: max-content; max-width: 100%; }
textarea { display: block; width: 100%; margin-top: 0.5rem; padding: 0.75rem; white-space: pre; overflow: auto;
  background: var(--raised); color: inherit; border: 1px solid var(--grid); border-radius: 8px; }
textarea, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.85em; }
pre { background: var(--raised); border: 1px solid var(--grid); border-radius: 8px; padding: 0.75rem 1rem; overflow-x: auto; }
figure { margin: 0 0 2.5rem; max-width: 54rem; }
figcaption { color: var(--muted); font-size: 0.9rem; margin-top: 0.5rem; max-width: 46rem; }
.still, .live { border: 1px solid var(--grid); border-radius: 8px; overflow: hidden; background: ${light.background}; }
.live { background: var(--background); }
.still svg { display: block; width: 100%; height: auto; }
.narrow, .drawn .still { display: none; }
dl { margin: 0; }
dl > div { padding: 0.6rem 0; border-top: 1px solid var(--grid); scroll-margin-top: 1rem; }
dl > div:target { background: var(--raised); box-shadow: -0.6rem 0 var(--raised), -0.8rem 0 var(--link); }
dt { font-weight: 600; }
dd { margin: 0; color: var(--muted); }
#environment li, #audit li { font-size: 0.9rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem 3rem; }
  .lead { font-size: 1.05rem; }
  .wide { display: none; }
  .narrow { display: block; }
  table { font-size: 0.8125rem; }
  th, td { padding: 0.45rem 0.5rem; }
  tbody th { min-width: 6.25rem; max-width: 6.25rem; box-shadow: 1px 0 var(--grid); }
  td.figure, td.words { min-width: 7rem; }
}
@media (prefers-reduced-motion: reduce) {
  html { scroll-behavior: auto; }
  *, ::before, ::after { transition: none !important; animation: none !important; }
}
@media print {
  :root { color-scheme: light; ${properties(light)} --raised: #f6f8fa; }
  @page { margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav, .hint, .tools, .markdown, .skip, .live { display: none !important; }
  .still.wide, .drawn .still.wide { display: block; }
  .still.narrow, .drawn .still.narrow { display: none; }
  .still svg { max-height: 230mm; }
  .scrolls { overflow: visible; border: 0; background: none; }
  table { table-layout: fixed; }
  th, td, td[class], tbody th { padding: 3pt 5pt; min-width: 0; max-width: none; width: auto; font-size: 7.5pt; overflow-wrap: break-word; hyphens: auto; }
  tbody th { position: static; }
  thead button { display: contents; }
  thead button::after { content: none; }
  tr, figure, dl > div, li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  pre { white-space: pre-wrap; }
  a, tbody th a { color: inherit; text-decoration: none; }
}
`;

function properties({ background, text, muted, grid, contenders: [link] }: Theme): string {
  return `--background: ${background}; --text: ${text}; --muted: ${muted}; --grid: ${grid}; --link: ${link};`;
}
