import type { Trial, TrialResult } from './trial.ts';

/**
 * What a server weighs with a modest number of clients, each sending one message per interval: the idle server
 * first, then all clients connected, then a window in steady state. Only marks are set here; the figures are cut
 * out of the raw samples later.
 */
export async function memoryTrial(trial: Trial): Promise<TrialResult> {
  const { config } = trial.context;
  const { clients, idleMilliseconds, warmUpMilliseconds, windowMilliseconds } = config.memory;
  trial.mark('idle');
  await trial.hold(idleMilliseconds);

  const connected = await trial.connect(clients, config.ramp.limitMilliseconds);
  trial.mark('connected');
  const open = connected.reduce((sum, line) => sum + line.open, 0);
  if (open < clients) return { cause: 'not-all-connected', detail: `${open} of ${clients} clients connected` };

  trial.fleet.send(true);
  await trial.hold(warmUpMilliseconds);
  trial.mark('window-start');
  const { after } = await trial.window('steady', windowMilliseconds);
  trial.mark('window-end');
  return after === undefined ? { cause: 'server-lost', detail: 'the server gave no counters any more' } : {};
}
