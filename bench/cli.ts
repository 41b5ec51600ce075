import { createProgram, exitOf } from './command-line/program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  const { exitCode, text } = exitOf(error);
  if (text !== undefined) process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}
