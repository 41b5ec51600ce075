import { BenchError } from '../errors.ts';
import type { Trial, TrialResult } from '../trial/trial.ts';

/**
 * What a server weighs with a modest number of clients, each sending one message per interval: the idle server
 * first, then all clients connected, then a window in steady state. Only marks are set here; the figures are cut
 * out of the raw samples later.
 *
 * @throws BenchError when it was not the number of clients asked for that was measured.
 */
export async function memoryTrial(trial: Trial): Promise<TrialResult<true>> {
  const { config } = trial.context;
  const { clients, idleMilliseconds, warmUpMilliseconds, windowMilliseconds } = config.memory;
  trial.mark('idle');
  await trial.hold(idleMilliseconds);

  trial.mark('connecting');
  const connected = await trial.connect(clients, config.ramp.limitMilliseconds);
  const open = connected.reduce((sum, line) => sum + line.open, 0);
  if (open < clients) throw incomplete(trial, `${open} of ${clients} clients connected`);

  trial.fleet.send(true);
  await trial.hold(warmUpMilliseconds);
  trial.mark('window-start');
  const window = await trial.window('steady', windowMilliseconds);
  trial.mark('window-end');
  if (window.before === undefined || window.after === undefined)
    throw incomplete(trial, 'the server reported nothing any more');
  const lost = window.fleet.reduce((sum, part) => sum + part.lost, 0);
  if (lost > 0) throw incomplete(trial, `${lost} clients were lost in the window`);

  trial.claim(window, clients, true);
  return { found: true };
}

/** The guard and the server's end say more than what followed from them. */
function incomplete(trial: Trial, what: string): BenchError {
  const guard = trial.server.guard();
  if (guard !== undefined) return new BenchError('PROCESS_FAILED', `${what}: the memory guard stopped the server`);
  const end = trial.server.ended();
  if (end === undefined) return new BenchError('PROCESS_FAILED', what);
  return new BenchError('PROCESS_FAILED', `${what}: the server ended (${end.signal ?? `exit code ${end.exitCode}`})`);
}
