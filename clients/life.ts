import type { ZodType } from 'zod';
import { parseJson } from '../servers/contract/json.ts';

/** A command that cannot be carried out. `code` is stable; `message` says what was wrong. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a process that is told commands on its stdin, and answers in lines on its stdout, does like any other. */
export interface Life<Command, Line> {
  /** @throws CommandError when the line is none of its commands. */
  read(line: string): Command;
  print(line: Line | FailedLine): void;
  /** Says what was wrong and exits with 1. */
  fail(error: unknown): void;
  /** Takes no turn of the event loop, and no time to take thousands of sockets apart. */
  endNow(): void;
}

interface FailedLine {
  type: 'failed';
  code: string;
  message: string;
}

/**
 * Without anyone to report to there is nothing left to do, and nothing to clean up that the kernel does not: the process
 * ends when its stdout does.
 *
 * @param name what its codes begin with.
 */
export function beginLife<Command, Line>(name: string, commandSchema: ZodType<Command>): Life<Command, Line> {
  const life: Life<Command, Line> = {
    read(line) {
      const value = parseJson(line);
      if (value === undefined) throw new CommandError(`${name}_BAD_COMMAND`, 'a command is not JSON');
      const command = commandSchema.safeParse(value);
      if (command.success) return command.data;
      const issue = command.error.issues[0];
      const where = issue?.path.join('.') || 'command';
      throw new CommandError(`${name}_BAD_COMMAND`, `${where}: ${issue?.message ?? 'wrong'}`);
    },
    // Pipes are written synchronously on Linux: a line is out before the process can end.
    print: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
    fail(error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof CommandError ? error.code : `${name}_INTERNAL`;
      if (!(error instanceof CommandError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      life.print({ type: 'failed', code, message });
      process.exit(1);
    },
    endNow: () => void process.kill(process.pid, 'SIGKILL'),
  };
  process.on('uncaughtException', life.fail);
  process.stdout.on('error', life.endNow);
  return life;
}
