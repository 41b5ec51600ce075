import { type AgentLine, agentLineSchema } from '../servers/contract/agent.ts';
import { parseJson } from '../servers/contract/json.ts';
import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { mark, markedLines, scriptLine, shellLine } from './shell.ts';

/** What agents of runs leave on another machine: processes, and what they said (servers/agent/serve.ts). */

/**
 * Whether the process $1 is the agent that wrote the file $2, by its command line (agents.ts). Its number alone says
 * nothing: an agent that was killed, or that went with the machine, leaves its file, and the number goes to others.
 */
const isAgent = `
is_agent() {
  folder=\${2%/*} name=\${2##*/}
  case $(tr "\\0" " " 2> /dev/null < "/proc/$1/cmdline") in
    *"/${releasePaths.agent} serve --folder $folder --name \${name%.pid} "*) true ;;
    *) false ;;
  esac
}`;

/** Names the agents of some run that still live. */
const runningScript = `${isAgent}
for file in "$1"/*/*.pid; do
  [ -f "$file" ] && is_agent "$(cat "$file")" "$file" && echo "${mark}\${file#"$1"/}"
done
exit 0`;

/** Ends those that live in one folder or, with *, in all; each takes its server with it. Gives them 20 s. */
const stopScript = `${isAgent}
for file in "$1"/$2/*.pid; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  is_agent "$pid" "$file" && kill "$pid"
  seconds=0
  while is_agent "$pid" "$file"; do
    [ "$seconds" -lt 20 ] || { echo "process $pid does not end: run \\"kill -9 $pid\\" there" >&2; exit 1; }
    sleep 1
    seconds=$((seconds + 1))
  done
  rm -f "$file"
done
exit 0`;

/** Prints what agents have kept, each file below its name. */
const spoolScript = `
cd "$1" 2> /dev/null || exit 0
for file in *.jsonl; do
  [ -f "$file" ] && echo "${mark}\${file%.jsonl}" && cat "$file" && echo
done
exit 0`;

/** Agents that live, whatever run they are of: "run/name". @throws BenchError */
export async function runningAgents({ connection, layout }: RemoteMachine): Promise<string[]> {
  const text = await connection.run(scriptLine(runningScript, layout.spools), { purpose: 'what runs cannot be seen' });
  return markedLines(text).map((file) => file.slice(0, -'.pid'.length));
}

/** @param run whose agents; * for those of all. @throws BenchError */
export async function stopAgents({ connection, layout }: RemoteMachine, run: string): Promise<void> {
  await connection.run(scriptLine(stopScript, layout.spools, run), { purpose: 'what runs there cannot be ended' });
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
