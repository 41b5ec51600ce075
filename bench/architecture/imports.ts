import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync, Visitor } from 'oxc-parser';

/** One import of values or types, from another file of the tree or from a package. */
export interface Import {
  file: string;
  /** A path in the tree, or the name of a package or a Node module. */
  imported: string;
}

/** The imports of the files, by their paths relative to `root`. Paths are written with "/". */
export function readImports(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

/** Static and dynamic imports, re-exports, and inline type imports of a file. Pure. */
export function importsOf(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const specifiers: unknown[] = [];
  const take = ({ source }: { source: unknown }) => specifiers.push(source);
  new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    ImportExpression: take,
    TSImportType: take,
  }).visit(program);
  return specifiers.flatMap((node) => {
    const specifier = textOf(node);
    if (specifier === undefined) return [];
    return [{ file, imported: specifier.startsWith('.') ? join(dirname(file), specifier) : specifier }];
  });
}

/** The text of an import's source; undefined for an export without a source, or a computed source. */
function textOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('value' in node)) return undefined;
  return typeof node.value === 'string' ? node.value : undefined;
}
