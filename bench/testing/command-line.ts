import { createProgram, exitOf } from '../command-line/program.ts';

const linesOf = (text: string) => text.split('\n').filter(Boolean);

/** Parses these words in this process, and returns what a process of its own would print. For words that start no run. */
export async function parse(...words: string[]): Promise<{ exitCode: number; stdout: string[]; stderr: string[] }> {
  let [stdout, stderr] = ['', ''];
  const program = createProgram({
    writeOut: (text) => {
      stdout += text;
    },
    writeErr: (text) => {
      stderr += text;
    },
  });
  const done: ReturnType<typeof exitOf> = { exitCode: 0 };
  const { exitCode, text = '' } = await program.parseAsync(words, { from: 'user' }).then(() => done, exitOf);
  return { exitCode, stdout: linesOf(stdout), stderr: linesOf(`${stderr}${text}`) };
}
