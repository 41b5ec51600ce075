import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Preflight } from '../ceilings/preflight.ts';
import type { FleetPlace } from '../host/fleet-place.ts';
import type { Host, RemoteTarget } from '../host/host.ts';
import type { Config } from '../plan/config.ts';
import type { Progress } from '../progress/progress.ts';
import type { Entry } from '../record/record.ts';
import type { RecordWriter } from '../record/writer.ts';

/** Tells the user, and the record. */
export function recordWarning({ record, progress }: Pick<TrialContext, 'record' | 'progress'>, message: string): void {
  record.append({ type: 'warning', message });
  progress.warn(message);
}

/** What every trial of a run has in common. */
export interface TrialContext {
  config: Config;
  host: Host;
  /** The machines that the fleet runs on; this one is the first. */
  places: readonly FleetPlace[];
  /** The CA that clients verify servers against, PEM. */
  ca: string;
  record: Pick<RecordWriter, 'append'>;
  progress: Progress;
  signal: AbortSignal;
  /** Resolves when it is known whether all machines can be spoken to; where one cannot, `signal` is aborted. */
  probe?(): Promise<void>;
  /** Ceilings of both machines. */
  limits: { server: HostLimits; fleet: HostLimits };
  /** How far they let each search come. */
  predicted: readonly Preflight[];
  /** Messages a second that one process of the fleet can send; absent when that was not measured. */
  fleetCeiling?: number | undefined;
}

/** What there is before servers can be started. */
export interface BuildContext extends Pick<TrialContext, 'config' | 'record' | 'progress' | 'signal'> {
  /** Where servers are built, one folder a contender. */
  bundleDirectory: string;
  /** What the record held when this began: nothing, but in a run that goes on. */
  earlierEntries: Entry[];
}

export interface Run extends BuildContext, TrialContext {
  /** Absent where servers run on this machine. */
  remoteTarget?: RemoteTarget | undefined;
}
