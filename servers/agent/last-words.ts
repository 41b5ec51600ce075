const linesKept = 40;
const longestLine = 2_000;
/**
 * Matches lines of a native stack trace and of V8's account of its last collections: dozens for each thread that ends.
 */
const noise = /^\s*(\d+: 0x|-{3,}|<---|\[\d+:0x|$)/;

/**
 * The last lines that a program printed, each once. A thousand threads that fail alike print the same line, with a
 * stack each: repeats and stacks would displace the lines that explain the end.
 */
export class LastWords {
  readonly #lines: string[] = [];

  add(line: string): void {
    const text = line.slice(0, longestLine);
    if (noise.test(text) || this.#lines.includes(text)) return;
    this.#lines.push(text);
    if (this.#lines.length > linesKept) this.#lines.shift();
  }

  get lines(): string[] {
    return [...this.#lines];
  }
}
