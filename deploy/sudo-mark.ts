import { sudoMark } from './facts.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine, shellLine } from './shell.ts';

/** In the suite's own folder: that the mark of sudo is of the suite's making. */
const note = 'sudo-mark-is-ours';
const removeScript = readScript('remove');

/** Before sudo is used there for the first time ever: what it leaves in the home folder is to go again. @throws BenchError */
export async function noteSudoMark({ connection, facts, layout }: RemoteMachine): Promise<void> {
  const isSudoUsed = facts.userId !== 0 && facts.hasSudo;
  if (facts.isMarked || !isSudoUsed) return;
  await connection.run(shellLine(['touch', `${layout.root}/${note}`]), { purpose: 'nothing can be noted' });
}

/** Removes all of the suite, and what sudo has left for its sake. @throws BenchError */
export async function removeStore({ connection, facts, layout }: RemoteMachine): Promise<void> {
  const line = scriptLine(removeScript, layout.root, `${facts.home}/${sudoMark}`, note);
  await connection.run(line, { purpose: 'what was shipped cannot be removed' });
}
