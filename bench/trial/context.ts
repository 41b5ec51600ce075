import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Preflight } from '../ceilings/preflight.ts';
import type { FleetPlace } from '../host/fleet-place.ts';
import type { Host, RemoteTarget } from '../host/host.ts';
import type { Config } from '../plan/config.ts';
import type { Progress } from '../progress/progress.ts';
import type { Entry } from '../record/record.ts';
import type { RecordWriter } from '../record/writer.ts';

/** Appends a warning to the record and shows it. */
export function recordWarning({ record, progress }: Pick<TrialContext, 'record' | 'progress'>, message: string): void {
  record.append({ type: 'warning', message });
  progress.warn(message);
}

/** What all trials of a run share. */
export interface TrialContext {
  config: Config;
  host: Host;
  /** The machines that the fleet runs on, this one first. */
  places: readonly FleetPlace[];
  /** The CA that clients verify servers against, in PEM. */
  ca: string;
  record: Pick<RecordWriter, 'append'>;
  progress: Progress;
  signal: AbortSignal;
  /** Checks the connections to all machines; aborts `signal` when one is lost. Never rejects. */
  probe?(): Promise<void>;
  /** Ceilings of both machines. */
  limits: { server: HostLimits; fleet: HostLimits };
  /** Predicted ceilings of each search. */
  predicted: readonly Preflight[];
  /** Messages a second that one fleet process can send; absent when that was not measured. */
  fleetCeiling?: number | undefined;
}

/** What the build of servers needs. */
export interface BuildContext extends Pick<TrialContext, 'config' | 'record' | 'progress' | 'signal'> {
  /** Servers are built here, one folder per contender. */
  bundleDirectory: string;
  /** Entries that the record held when the run was resumed; empty in a new run. */
  earlierEntries: Entry[];
}

/** Everything that the steps of a run after the build need. */
export interface Run extends BuildContext, TrialContext {
  /** Absent where servers run on this machine. */
  remoteTarget?: RemoteTarget | undefined;
}
