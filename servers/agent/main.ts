import { createInterface } from 'node:readline';
import { AgentSession } from './session.ts';

/**
 * An agent that is a child process: it reads commands from stdin, prints lines on stdout, and ends when either closes.
 */
const session = new AgentSession({
  send: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  ended: (exitCode) => process.exit(exitCode),
});

createInterface({ input: process.stdin })
  .on('line', (text) => session.receive(text))
  .on('close', () => {
    // The parent of the agent is gone.
    session.kill();
    process.exit(0);
  });
// The parent handles Ctrl-C, and ends the agent by closing its stdin.
process.on('SIGINT', () => {});
// The reader of stdout is gone: the same as a closed stdin.
process.stdout.on('error', () => {
  session.kill();
  process.exit(1);
});
