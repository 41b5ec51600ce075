import { createInterface } from 'node:readline';
import { AgentSession } from './session.ts';

/** An agent for whoever starts it: commands on its stdin, lines on its stdout, and it ends with either. */
const session = new AgentSession({
  say: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  over: (exitCode) => process.exit(exitCode),
});

createInterface({ input: process.stdin })
  .on('line', (text) => session.hear(text))
  .on('close', () => {
    // Whoever started the agent is gone.
    session.kill();
    process.exit(0);
  });
// Left to whoever started the agent, which ends it by closing its stdin.
process.on('SIGINT', () => {});
// Nobody reads any more: the same as a closed stdin.
process.stdout.on('error', () => {
  session.kill();
  process.exit(1);
});
