import { Fleet } from '../host/fleet.ts';
import type { RunningServer } from '../host/host.ts';
import { serverOptions } from '../host/server-options.ts';
import { Timeline } from '../host/timeline.ts';
import type { AnyTrial } from '../plan/plan.ts';
import type { TrialContext } from './context.ts';
import { recordWarning } from './context.ts';
import { showLive } from './live.ts';

/** A fresh server and a fresh fleet. Disposal ends all their processes. */
export interface ServerAndFleet extends AsyncDisposable {
  server: RunningServer;
  fleet: Fleet;
  timeline: Timeline;
}

/** Starts both and records all their lines. @param clients the largest number that the fleet will have. */
export async function startServerAndFleet(
  context: TrialContext,
  planned: AnyTrial,
  clients: number,
): Promise<ServerAndFleet> {
  const timeline = new Timeline();
  const server = await startServer(context, planned, timeline);
  try {
    const fleet = await startFleet(context, planned, timeline, server.ready.ports, clients);
    const stopLive = showLive(context.progress, server, fleet);
    return {
      server,
      fleet,
      timeline,
      async [Symbol.asyncDispose]() {
        stopLive();
        // In this order, so that the server's last counters hold everything that the fleet has sent.
        await fleet.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startServer(context: TrialContext, planned: AnyTrial, timeline: Timeline): Promise<RunningServer> {
  const { config, host, record } = context;
  const { id: trial, contender } = planned;
  const server = await host.startServer({
    ...serverOptions(config),
    name: trial,
    contender,
    onLine(line) {
      timeline.agentSaid(line);
      record.append({ type: 'server', trial, line });
      if (line.type === 'started') for (const message of line.limitations) recordWarning(context, message);
    },
  });
  for (const message of server.ready.limitations) recordWarning(context, `${contender}: ${message}`);
  return server;
}

function startFleet(
  { config, host, places, ca, record, signal }: TrialContext,
  { id: trial, number }: AnyTrial,
  timeline: Timeline,
  ports: number[],
  clients: number,
): Promise<Fleet> {
  return Fleet.start({
    config,
    host,
    places,
    ports,
    ca,
    clients,
    // All contenders of a trial get the same seed; the next trial gets another.
    seed: config.seed + number,
    onLine(process, line) {
      timeline.fleetSaid(process, line);
      record.append({ type: 'fleet', trial, process, line });
    },
    onClock: (clock) => record.append({ type: 'clock', trial, ...clock }),
    signal,
  });
}
