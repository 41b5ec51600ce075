import { type AgentLine, agentLineSchema } from '../servers/contract/agent.ts';
import { parseJson } from '../servers/contract/json.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { answerLines, answerPrefix, readScript, scriptLine, shellLine } from './shell.ts';

/**
 * Agents on another machine, and their files: the folder of a run holds, for each agent, its process id (.pid) and its
 * spool, which has the lines that it has printed (.jsonl). See servers/agent/serve.ts.
 */

const agentsScript = readScript('agents');

const readSpoolsScript = readScript('spools');

/** The running agents of all runs, each as "run/name". @throws BenchError PROCESS_FAILED */
export async function runningAgents({ connection, layout }: RemoteMachine): Promise<string[]> {
  const text = await connection.run(scriptLine(agentsScript, 'list', layout.spools), {
    purpose: 'running servers cannot be listed',
  });
  return answerLines(text).map((file) => file.slice(0, -'.pid'.length));
}

/**
 * Stops the agents of a run and their servers. @param run key of the run; * for all runs.
 *
 * @throws BenchError PROCESS_FAILED when an agent does not end within 20 s.
 */
export async function stopAgents({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  await connection.run(scriptLine(agentsScript, 'stop', layout.spools, run), {
    purpose: 'running servers cannot be stopped',
  });
}

/** The spooled lines of a run by the names of its agents. @throws BenchError PROCESS_FAILED */
export async function readSpools(
  { connection, layout }: RemoteMachine,
  run: string,
): Promise<Map<string, AgentLine[]>> {
  const line = scriptLine(readSpoolsScript, `${layout.spools}/${run}`);
  return parseSpools(await connection.run(line, { purpose: 'samples cannot be fetched' }));
}

/** Deletes the spools of a run. @throws BenchError PROCESS_FAILED */
export async function removeSpools({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  const line = shellLine(['rm', '-rf', `${layout.spools}/${run}`]);
  await connection.run(line, { purpose: 'samples cannot be removed' });
}

/** Deletes the folder of a run when it is empty. Never rejects. */
export async function removeEmptySpools({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  // Ignores a lost connection, which is reported elsewhere.
  await connection.attempt(['rmdir', `${layout.spools}/${run}`]).catch(() => {});
}

/** Leaves out an incomplete last line of a spool, and everything after a line that is not valid. Pure. */
export function parseSpools(text: string): Map<string, AgentLine[]> {
  const spools = new Map<string, AgentLine[]>();
  let lines: AgentLine[] | undefined;
  for (const one of text.split('\n')) {
    if (one.startsWith(answerPrefix)) {
      lines = [];
      spools.set(one.slice(answerPrefix.length), lines);
      continue;
    }
    const line = agentLineSchema.safeParse(parseJson(one));
    if (line.success) lines?.push(line.data);
    else if (one !== '') lines = undefined;
  }
  return spools;
}
