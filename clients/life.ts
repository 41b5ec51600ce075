import type { ZodType } from 'zod';
import { parseJson } from '../servers/contract/json.ts';

/** A command that the process cannot carry out. `code` is stable; `message` says what was wrong. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Line protocol of a process that reads commands from stdin and prints its answers on stdout. */
export interface LineProtocol<Command, Line> {
  /**
   * Parses one line of stdin.
   *
   * @throws CommandError `<name>_BAD_COMMAND` when the line is not one of the commands.
   */
  read(line: string): Command;
  print(line: Line | FailedLine): void;
  /**
   * Prints a `failed` line and exits with code 1. The code of an error other than CommandError is `<name>_INTERNAL`.
   */
  fail(error: unknown): void;
  /** Ends the process at once by SIGKILL, without spending time on closing thousands of sockets. */
  endNow(): void;
}

interface FailedLine {
  type: 'failed';
  code: string;
  message: string;
}

/**
 * Opens the protocol. When stdout closes, the process ends at once: it has no reader left, and the kernel cleans up.
 *
 * @param name prefix of the error codes.
 */
export function openLineProtocol<Command, Line>(
  name: string,
  commandSchema: ZodType<Command>,
): LineProtocol<Command, Line> {
  const protocol: LineProtocol<Command, Line> = {
    read(line) {
      const value = parseJson(line);
      if (value === undefined)
        throw new CommandError(`${name}_BAD_COMMAND`, 'a command is not JSON: send one JSON object per line');
      const command = commandSchema.safeParse(value);
      if (command.success) return command.data;
      const issue = command.error.issues[0];
      const where = issue?.path.join('.') || 'command';
      throw new CommandError(`${name}_BAD_COMMAND`, `${where}: ${issue?.message ?? 'wrong'}`);
    },
    // Node writes pipes synchronously on Linux: a line is out before the process can end.
    print: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`),
    fail(error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof CommandError ? error.code : `${name}_INTERNAL`;
      if (!(error instanceof CommandError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      protocol.print({ type: 'failed', code, message });
      process.exit(1);
    },
    endNow: () => void process.kill(process.pid, 'SIGKILL'),
  };
  process.on('uncaughtException', protocol.fail);
  process.stdout.on('error', protocol.endNow);
  return protocol;
}
