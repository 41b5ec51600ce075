import { BenchError } from '../errors.ts';
import type { Trial, TrialResult } from '../trial/trial.ts';

/**
 * Measures a server's memory with a modest number of clients that each send one message per interval: first the idle
 * server, then all clients connecting, then a window in steady state. This phase only sets marks; the summary later
 * cuts the figures out of the raw samples.
 *
 * @throws BenchError PROCESS_FAILED when clients are missing or lost, or the server stops reporting
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

/** Adds the root cause, a memory guard or the server's end, to its symptom `what`. */
function incomplete(trial: Trial, what: string): BenchError {
  const guard = trial.server.guard();
  if (guard !== undefined) return new BenchError('PROCESS_FAILED', `${what}: the memory guard stopped the server`);
  const end = trial.server.ended();
  if (end === undefined) return new BenchError('PROCESS_FAILED', what);
  return new BenchError('PROCESS_FAILED', `${what}: the server ended (${end.signal ?? `exit code ${end.exitCode}`})`);
}
