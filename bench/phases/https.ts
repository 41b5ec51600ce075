import { join } from 'node:path';
import { type HttpsLine, httpsLineSchema } from '../../clients/https/contract.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import { healthPath } from '../../servers/contract/paths.ts';
import { BenchError } from '../errors.ts';
import { LineProcess, nodeCommand } from '../host/line-process.ts';
import { pinned } from '../plan/pinning.ts';
import type { HttpsRate } from '../record/https-rate.ts';
import type { Trial, TrialResult } from '../trial/trial.ts';
import { httpsRate } from './https-rate.ts';

const script = join(import.meta.dirname, '..', '..', 'clients', 'https', 'main.ts');
const answerMilliseconds = 20_000;

/**
 * Measures plain HTTPS requests, first over kept connections and then each over a new one. autocannon makes the load,
 * in its own process. The figures come from the server's own counts, because autocannon misses answers on connections
 * that it closes.
 *
 * @throws BenchError PROCESS_FAILED, PROCESS_SILENT
 * @throws Interrupted
 */
export async function httpsTrial(trial: Trial): Promise<TrialResult<HttpsRate[]>> {
  const { config, host, ca, record, progress, signal } = trial.context;
  const client = new LineProcess({
    name: 'the HTTPS client',
    command: pinned(nodeCommand(script), config.pinning?.fleet),
    schema: httpsLineSchema,
    signal,
  });
  try {
    client.send({
      type: 'configure',
      host: host.address,
      port: trial.server.ready.ports[0],
      serverName: host.serverName,
      ca,
      cipher: config.cipher,
      path: healthPath,
    });
    await client.next('answer of the server', answerMilliseconds, (line) => (line.type === 'ready' ? true : undefined));
    const rates: HttpsRate[] = [];
    // A warm-up that does not count: code is compiled, and threads of the first connections are started.
    await request(trial, client, false);
    for (const reconnect of [false, true]) {
      const what = `HTTPS requests over ${reconnect ? 'new' : 'kept'} connections`;
      const rate = await trial.claimed(what, () => request(trial, client, reconnect));
      if (rate === undefined) {
        throw new BenchError('PROCESS_SILENT', 'the server reported nothing while HTTPS requests were sent');
      }
      rates.push(rate);
      record.append({ type: 'https', trial: trial.planned.id, rate });
      const how = reconnect ? 'each over a new connection' : 'over kept connections';
      progress.phase(`  ${trial.planned.contender}: ${Math.round(rate.answeredPerSecond)} HTTPS requests/s ${how}`);
    }
    return { found: rates };
  } finally {
    await client.close();
  }
}

async function request(
  trial: Trial,
  client: LineProcess<HttpsLine>,
  reconnect: boolean,
): Promise<HttpsRate | undefined> {
  const { https, reportMilliseconds } = trial.context.config;
  const { connections } = https;
  // Long enough for at least two lines of the server's counters, even late ones.
  const durationMilliseconds = Math.max(https.durationMilliseconds, 4 * reportMilliseconds);
  const lines: CountersLine[] = [];
  // Lines before the first request are left out: they describe an idle server.
  let requesting = false;
  const stopListening = client.onLine((line) => {
    if (line.type === 'requesting') requesting = true;
  });
  const stopCounting = trial.server.onCounters((line) => {
    if (requesting) lines.push(line);
  });
  try {
    client.send({ type: 'request', connections, durationMilliseconds, reconnect });
    const requested = await client.next('result', durationMilliseconds + answerMilliseconds, (line) =>
      line.type === 'requested' ? line : undefined,
    );
    return httpsRate({ reconnect, connections }, lines, requested);
  } finally {
    stopListening();
    stopCounting();
  }
}
