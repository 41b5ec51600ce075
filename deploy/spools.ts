import { type AgentLine, agentLineSchema } from '../servers/contract/agent.ts';
import { parseJson } from '../servers/contract/json.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { mark, markedLines, readScript, scriptLine, shellLine } from './shell.ts';

/** What agents of runs leave on another machine: processes, and what they said (servers/agent/serve.ts). */

const agentsScript = readScript('agents');

const spoolScript = readScript('spools');

/** Agents that live, whatever run they are of: "run/name". @throws BenchError */
export async function runningAgents({ connection, layout }: RemoteMachine): Promise<string[]> {
  const text = await connection.run(scriptLine(agentsScript, 'list', layout.spools), {
    purpose: 'what runs cannot be seen',
  });
  return markedLines(text).map((file) => file.slice(0, -'.pid'.length));
}

/** @param run whose agents; * for those of all. @throws BenchError */
export async function stopAgents({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  await connection.run(scriptLine(agentsScript, 'stop', layout.spools, run), {
    purpose: 'what runs there cannot be ended',
  });
}

/** What the agents of a run kept, by their names. @throws BenchError */
export async function readSpools(
  { connection, layout }: RemoteMachine,
  run: string,
): Promise<Map<string, AgentLine[]>> {
  const line = scriptLine(spoolScript, `${layout.spools}/${run}`);
  return parseSpools(await connection.run(line, { purpose: 'samples cannot be fetched' }));
}

/** @throws BenchError */
export async function removeSpools({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  const line = shellLine(['rm', '-rf', `${layout.spools}/${run}`]);
  await connection.run(line, { purpose: 'samples cannot be removed' });
}

/** Nothing is to be there where nothing was kept. Never throws. */
export async function removeEmpty({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  // There may be no connection any more, and that is told elsewhere.
  await connection.attempt(['rmdir', `${layout.spools}/${run}`]).catch(() => {});
}

/** A last line that was cut off is left out, and so is what comes after a line that is none. Pure. */
export function parseSpools(text: string): Map<string, AgentLine[]> {
  const spools = new Map<string, AgentLine[]>();
  let lines: AgentLine[] | undefined;
  for (const one of text.split('\n')) {
    if (one.startsWith(mark)) {
      lines = [];
      spools.set(one.slice(mark.length), lines);
      continue;
    }
    const line = agentLineSchema.safeParse(parseJson(one));
    if (line.success) lines?.push(line.data);
    else if (one !== '') lines = undefined;
  }
  return spools;
}
