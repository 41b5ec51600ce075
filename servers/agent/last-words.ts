const linesKept = 40;
const longestLine = 2_000;
/** Of a native stack trace and of V8's account of its last collections: dozens of lines for each thread that ends. */
const noise = /^\s*(\d+: 0x|-{3,}|<---|\[\d+:0x|$)/;

/**
 * The last things that a program said. A thousand threads that lack the same thing say the same, with a stack each:
 * what was said again, and the stacks, would drive out what tells.
 */
export class LastWords {
  readonly #lines: string[] = [];

  hear(line: string): void {
    const text = line.slice(0, longestLine);
    if (noise.test(text) || this.#lines.includes(text)) return;
    this.#lines.push(text);
    if (this.#lines.length > linesKept) this.#lines.shift();
  }

  get lines(): string[] {
    return [...this.#lines];
  }
}
