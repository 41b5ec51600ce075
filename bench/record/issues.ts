import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Longer values and field names are cut, so that the sentence stays readable. Characters. */
const longestValue = 40;
const longestField = 80;

/** Describes what is wrong with a value, by its most specific issue: the field, and what it holds. Pure. */
export function describeIssues(issues: readonly Issue[], value: unknown): string {
  const [issue] = issues;
  if (issue === undefined) return 'it is not what a run writes';
  const { path, ...told } = telling(issue, value);
  const [field, found] = [fieldOf(path), valueAt(value, path)];
  if (found === undefined) return field === '' ? 'it is not there' : `${field} is missing`;
  if (told.code === 'invalid_union' || told.code === 'invalid_value') {
    return `${field} is ${shown(found)}, which is not allowed`;
  }
  const what = told.message.replace(/^Invalid input: /, '');
  return field === '' ? what : `${field}: ${what}`;
}

/**
 * The most specific issue of a union: that of the nearest form, which lacks the fewest fields and then has the fewest
 * issues.
 */
function telling(issue: Issue, value: unknown): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const within = valueAt(value, issue.path);
  const lacking = (form: readonly Issue[]) => form.filter(({ path }) => valueAt(within, path) === undefined).length;
  const [nearest] = issue.errors.toSorted((one, other) => lacking(one) - lacking(other) || one.length - other.length);
  const [first] = nearest ?? [];
  if (first === undefined) return issue;
  const told = telling(first, within);
  return { ...told, path: [...issue.path, ...told.path] };
}

function fieldOf(path: readonly PropertyKey[]): string {
  const names = path.map((key) => {
    const name = String(key);
    // Keys from the record may hold any characters.
    return /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  });
  return cut(names.join('.'), longestField);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

function shown(value: unknown): string {
  return cut(JSON.stringify(value) ?? typeof value, longestValue);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
