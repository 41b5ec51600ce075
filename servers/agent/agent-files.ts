/** Files of an agent that outlives its connection. Their names are made of its name. */
export function agentFiles(name: string): { spool: string; socket: string; pid: string } {
  return { spool: `${name}.jsonl`, socket: `${name}.sock`, pid: `${name}.pid` };
}
