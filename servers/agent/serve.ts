import { closeSync, fsyncSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type AgentLine, agentCommandSchema } from '../contract/agent.ts';
import { parseJson } from '../contract/json.ts';
import { agentFiles } from './agent-files.ts';
import { AgentSession } from './session.ts';

export interface ServeOptions {
  /** Of what this agent keeps, together with its name. */
  folder: string;
  name: string;
  /** It ends, and its server with it, when it has heard nothing for so long. */
  patienceMilliseconds: number;
}

/**
 * An agent that outlives whoever commands it: it is spoken to through a socket, and keeps every line in a file until it
 * is told that all have arrived. A connection that is lost, or a harness that is killed, loses nothing.
 */
export function serve({ folder, name, patienceMilliseconds }: ServeOptions): void {
  process.umask(0o077);
  // Its socket bears a short name: an address has 108 bytes (unix(7)), and a home folder may have more.
  process.chdir(folder);
  const files = agentFiles(name);
  const spool = openSync(files.spool, 'ax', 0o600);
  writeFileSync(files.pid, String(process.pid));
  let client: Socket | undefined;
  let exitCode: number | undefined;
  let isLeft = false;
  let isForsaken = false;
  let isFull = false;
  let isEnding = false;

  const session = new AgentSession({
    say(line) {
      keep(line);
      client?.write(`${JSON.stringify(line)}\n`);
    },
    over(code) {
      exitCode = code;
      // Whoever commands it is still to say that the last line has arrived.
      endWhenDone();
    },
  });

  function keep(line: AgentLine): void {
    if (isFull) return;
    try {
      writeSync(spool, `${JSON.stringify(line)}\n`);
    } catch {
      // No room on the disk: a file that breaks off is better than one with a gap. Whoever is connected hears it all.
      isFull = true;
    }
  }

  const forsaken = () => {
    isForsaken = true;
    session.abandon();
    endWhenDone();
  };
  const patience = setTimeout(forsaken, patienceMilliseconds);
  // The unit is stopped, or the machine.
  process.on('SIGTERM', forsaken);

  function endWhenDone(): void {
    if (isEnding || exitCode === undefined || !(isLeft || isForsaken)) return;
    isEnding = true;
    const code = exitCode;
    clearTimeout(patience);
    server.close();
    rmSync(files.socket, { force: true });
    fsyncSync(spool);
    closeSync(spool);
    if (isLeft) rmSync(files.spool, { force: true });
    rmSync(files.pid, { force: true });
    if (client === undefined || client.destroyed) process.exit(code);
    client.end(() => process.exit(code));
  }

  // Whoever says that it leaves, and then nothing more, is still to see the end of it all.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    client = socket;
    socket.on('error', () => {});
    socket.once('end', () => {
      if (!isLeft) socket.end();
    });
    socket.once('close', () => {
      if (client === socket) client = undefined;
    });
    const lines = createInterface({ input: socket });
    // It has the socket's for its own: a line that nobody reads any more must not end the agent.
    lines.on('error', () => {});
    lines.on('line', (text) => {
      patience.refresh();
      const command = agentCommandSchema.safeParse(parseJson(text));
      if (command.success && command.data.type === 'leave') isLeft = true;
      session.hear(text);
      endWhenDone();
    });
  });
  rmSync(files.socket, { force: true });
  server.listen(files.socket);
}
