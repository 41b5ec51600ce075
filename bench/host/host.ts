import type { AgentLine, AgentSample } from '../../servers/contract/agent.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine, ReadyLine } from '../../servers/contract/lines.ts';
import type { Machine } from '../../servers/contract/machine.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { Raise } from '../tune/settings.ts';
import type { HeldTuning } from '../tune/tune.ts';

export type { Raise } from '../tune/settings.ts';

export interface ServerRequest {
  /** Of the trial that it is for. */
  name: string;
  contender: ContenderKey;
  cipher: string;
  messageBytes: number;
  maxThreads: number;
  /** How many ports it listens on. */
  ports: number;
  /** Length of the accept queue that it asks for. */
  backlog: number;
  /** Time between two lines of counters. */
  reportMilliseconds: number;
  /** Share of the machine's memory that must stay available; below it the server is killed. */
  memoryGuardShare: number;
  /** The only cores it may run on, and those that its agent may, when both are on this machine. */
  cores?: number[] | undefined;
  agentCores?: number[] | undefined;
  /** Time between two samples of the agent. */
  sampleMilliseconds: number;
  /** Every line of the agent, as it comes; nothing may be lost before it is recorded. */
  onLine: (line: AgentLine) => void;
}

export type ServerEnd = Extract<AgentLine, { type: 'end' }>;

export type ServerGuard = Extract<AgentLine, { type: 'guard' }>;

/** A server that was started and listens. */
export interface RunningServer {
  ready: ReadyLine;
  /** Set when the server has ended, by itself or by `stop`. */
  ended(): ServerEnd | undefined;
  /** Set when the memory guard has killed it. */
  guard(): ServerGuard | undefined;
  /** The newest sample of the agent, and the newest counters of the server, with the time they are of. */
  sample(): AgentSample | undefined;
  counters(): CountersLine | undefined;
  /** Calls `listener` for each line of counters from now on. Returns how to stop that. */
  onCounters(listener: (line: CountersLine) => void): () => void;
  /** Resolves with the first line from now on that `choose` makes something of. */
  next<Chosen>(
    what: string,
    withinMilliseconds: number,
    choose: (line: AgentLine) => Chosen | undefined,
  ): Promise<Chosen>;
  /** Has it stand still for so long (SIGSTOP), as a machine does that is short of something; resolves at once. */
  stall(milliseconds: number): void;
  /** Stops the server in order and resolves when it has ended; whatever happens, nothing of it stays behind. */
  stop(): Promise<ServerEnd | undefined>;
}

/** What a machine is, and its ceilings. */
export interface Inspection {
  limits: HostLimits;
  machine: Machine;
}

/** A machine that servers run on. */
export interface Host {
  /** Where clients find the servers. */
  address: string;
  /** The name their certificate bears. */
  serverName: string;
  /** The fleet runs on the same machine. */
  isSameMachine: boolean;
  startServer(request: ServerRequest): Promise<RunningServer>;
  /** Every ceiling of that machine, as a server started there would meet it. */
  inspect(): Promise<Inspection>;
  /** Raises these settings of that machine, and the governors of its clock. */
  tune(raises: readonly Raise[]): Promise<HeldTuning>;
}

/** What a host needs to have before servers can be started there; paths on this machine. */
export interface Release {
  /** Tells this run from all others, also when somebody goes on with it; a part of file names. */
  run: string;
  /** One folder a contender. */
  bundleDirectory: string;
  certificate: string;
  key: string;
  /** The most that a server may take, where the machine can limit it. */
  memoryMaxBytes?: number | undefined;
  /** Servers are to be built there, too. */
  compileThere?: boolean | undefined;
  signal: AbortSignal;
}

/** A machine that is not prepared yet. */
export interface HostOpener extends AsyncDisposable {
  /** Names and addresses that the servers' certificate must bear for it. */
  certificateHosts: string[];
  isSameMachine: boolean;
  address: string;
  /** Its CPU has AES instructions: the cipher follows from that. Absent: it is this machine. */
  cpuHasAes?: boolean;
  /** Brings the release there. @throws BenchError */
  open(release: Release): Promise<OpenedHost>;
}

export interface OpenedHost {
  host: Host;
  /** Absent: it is this machine. */
  remoteTarget?: RemoteTarget;
  /** Leaves nothing running. */
  close(): Promise<void>;
}

/** What can be said of another machine alone. */
export interface RemoteTarget {
  /** Aborted, with a BenchError as its reason, when the machine cannot be spoken to any more. */
  lost: AbortSignal;
  /** Resolves when it is known whether it can: a process there may be gone before. Never rejects. */
  probe(): Promise<void>;
  /** What of it limits what is measured, a sentence each. */
  notes: string[];
  /**
   * What agents of this run said there when nobody heard them any more, from their first line on, by `agentName` of the
   * trial.
   */
  spooled(): Promise<Map<string, AgentLine[]>>;
  /** It is in the record now. */
  forget(): Promise<void>;
  /**
   * Builds each of them once there, from clean (bench/build/build-there.ts), its lines on stdout here; it ends with its stdin.
   * Where the release was made for that.
   */
  buildCommand(servers: readonly string[]): readonly [program: string, ...words: string[]];
}
