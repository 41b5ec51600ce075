import { createProgram, endBy } from '../cli.ts';

const linesOf = (text: string) => text.split('\n').filter(Boolean);

/** What the command line answers to these words, without a process of its own: where nothing is run, it is the same. */
export async function obey(...words: string[]): Promise<{ exitCode: number; stdout: string[]; stderr: string[] }> {
  let [stdout, stderr] = ['', ''];
  const program = createProgram({
    writeOut: (text) => {
      stdout += text;
    },
    writeErr: (text) => {
      stderr += text;
    },
  });
  const done: ReturnType<typeof endBy> = { exitCode: 0 };
  const { exitCode, text = '' } = await program.parseAsync(words, { from: 'user' }).then(() => done, endBy);
  return { exitCode, stdout: linesOf(stdout), stderr: linesOf(`${stderr}${text}`) };
}
