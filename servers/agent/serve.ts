import { closeSync, fsyncSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type AgentLine, agentCommandSchema } from '../contract/agent.ts';
import { parseJson } from '../contract/json.ts';
import { agentFiles } from './agent-files.ts';
import { AgentSession } from './session.ts';

export interface ServeOptions {
  /** Folder of the agent's files, which have its name. */
  folder: string;
  name: string;
  /** Longest silence of the harness: after it the agent ends, and its server with it. */
  patienceMilliseconds: number;
}

/**
 * Runs an agent that outlives its harness. The harness reaches it through a socket, and it stores every line in a file
 * until the harness confirms that all have arrived. So neither a lost connection nor a killed harness loses data.
 */
export function serve({ folder, name, patienceMilliseconds }: ServeOptions): void {
  process.umask(0o077);
  // The socket gets a short relative name: a socket address has 108 bytes (unix(7)), and a home folder may have more.
  process.chdir(folder);
  const files = agentFiles(name);
  const spool = openSync(files.spool, 'ax', 0o600);
  writeFileSync(files.pid, String(process.pid));
  let client: Socket | undefined;
  let exitCode: number | undefined;
  let hasHarnessLeft = false;
  let isAbandoned = false;
  let isSpoolFull = false;
  let isEnding = false;

  const session = new AgentSession({
    send(line) {
      store(line);
      client?.write(`${JSON.stringify(line)}\n`);
    },
    ended(code) {
      exitCode = code;
      // The harness must still confirm that the last line has arrived.
      endWhenDone();
    },
  });

  function store(line: AgentLine): void {
    if (isSpoolFull) return;
    try {
      writeSync(spool, `${JSON.stringify(line)}\n`);
    } catch {
      // The disk is full. A truncated file is better than one with a gap; a connected harness still receives all lines.
      isSpoolFull = true;
    }
  }

  const abandon = () => {
    isAbandoned = true;
    session.abandon();
    endWhenDone();
  };
  const patience = setTimeout(abandon, patienceMilliseconds);
  // The systemd unit stops, or the machine shuts down.
  process.on('SIGTERM', abandon);

  function endWhenDone(): void {
    if (isEnding || exitCode === undefined || !(hasHarnessLeft || isAbandoned)) return;
    isEnding = true;
    const code = exitCode;
    clearTimeout(patience);
    server.close();
    rmSync(files.socket, { force: true });
    fsyncSync(spool);
    closeSync(spool);
    if (hasHarnessLeft) rmSync(files.spool, { force: true });
    rmSync(files.pid, { force: true });
    if (client === undefined || client.destroyed) process.exit(code);
    client.end(() => process.exit(code));
  }

  // Half-open sockets are allowed: a harness that sends `leave` and ends its side must still receive the remaining
  // lines.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    client = socket;
    socket.on('error', () => {});
    socket.once('end', () => {
      if (!hasHarnessLeft) socket.end();
    });
    socket.once('close', () => {
      if (client === socket) client = undefined;
    });
    const lines = createInterface({ input: socket });
    // readline emits the socket's errors again: a line without a reader must not end the agent.
    lines.on('error', () => {});
    lines.on('line', (text) => {
      patience.refresh();
      const command = agentCommandSchema.safeParse(parseJson(text));
      if (command.success && command.data.type === 'leave') hasHarnessLeft = true;
      session.receive(text);
      endWhenDone();
    });
  });
  rmSync(files.socket, { force: true });
  server.listen(files.socket);
}
