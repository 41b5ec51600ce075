import type { AgentLine, AgentSample } from '../../servers/contract/agent.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine, ReadyLine } from '../../servers/contract/lines.ts';
import type { Machine } from '../../servers/contract/machine.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { Raise } from '../tune/settings.ts';
import type { HeldTuning } from '../tune/tune.ts';

export type { Raise } from '../tune/settings.ts';

export interface ServerRequest {
  /** Id of its trial, or of another unique purpose. */
  name: string;
  contender: ContenderKey;
  cipher: string;
  messageBytes: number;
  maxThreads: number;
  /** Number of ports that it listens on. */
  ports: number;
  /** Length of the accept queue that it requests. */
  backlog: number;
  /** Time between two lines of counters. */
  reportMilliseconds: number;
  /** Share of the machine's memory that must stay available; below it the agent kills the server. */
  memoryGuardShare: number;
  /** The cores that the server, and its agent, may run on; only used on this machine. Absent: all. */
  cores?: number[] | undefined;
  agentCores?: number[] | undefined;
  /** Time between two samples of the agent. */
  sampleMilliseconds: number;
  /** Called with every line of the agent as it arrives, so that each is recorded before anything can fail. */
  onLine: (line: AgentLine) => void;
}

export type ServerEnd = Extract<AgentLine, { type: 'end' }>;

export type ServerGuard = Extract<AgentLine, { type: 'guard' }>;

/** A server that listens. */
export interface RunningServer {
  ready: ReadyLine;
  /** How the server ended, by itself or by `stop`; undefined while it runs. */
  ended(): ServerEnd | undefined;
  /** The memory guard's line, when the guard has killed the server. */
  guard(): ServerGuard | undefined;
  /** The newest sample of the agent, and the newest counters of the server. */
  sample(): AgentSample | undefined;
  counters(): CountersLine | undefined;
  /** Calls `listener` for each line of counters from now on. @returns a function that stops the calls. */
  onCounters(listener: (line: CountersLine) => void): () => void;
  /** Resolves with the first defined result of `choose` for a line from now on. Errors as in LineProcess.next. */
  next<Chosen>(
    what: string,
    withinMilliseconds: number,
    choose: (line: AgentLine) => Chosen | undefined,
  ): Promise<Chosen>;
  /** Stops the server's process for so long (SIGSTOP, then SIGCONT), like a machine that stalls; returns at once. */
  stall(milliseconds: number): void;
  /** Stops the server in order, or by force after a time-out, and its agent. Resolves with how it ended, if known. */
  stop(): Promise<ServerEnd | undefined>;
}

/** Identity and ceilings of a machine. */
export interface Inspection {
  limits: HostLimits;
  machine: Machine;
}

/** A machine that servers run on. */
export interface Host {
  /** The address that clients connect to. */
  address: string;
  /** The name in the servers' certificate. */
  serverName: string;
  /** True when the fleet runs on the same machine. */
  isSameMachine: boolean;
  startServer(request: ServerRequest): Promise<RunningServer>;
  /** Ceilings of that machine as a server started there meets them. */
  inspect(): Promise<Inspection>;
  /** Raises these settings of that machine, and sets its CPU frequency governors. */
  tune(raises: readonly Raise[]): Promise<HeldTuning>;
}

/** What a host needs before it can start servers; paths are on this machine. */
export interface Release {
  /** Unique key of the run, the same after a resumption; a part of file names. */
  run: string;
  /** Holds one folder per contender. */
  bundleDirectory: string;
  certificate: string;
  key: string;
  /** Memory limit of a server, where the machine can enforce one. */
  memoryMaxBytes?: number | undefined;
  /** True when servers are also built on that machine. */
  compileThere?: boolean | undefined;
  signal: AbortSignal;
}

/** A machine for servers that is not prepared yet. */
export interface HostOpener extends AsyncDisposable {
  /** Names and addresses that the servers' certificate must hold. */
  certificateHosts: string[];
  isSameMachine: boolean;
  address: string;
  /** True when its CPU has AES instructions, which decides the cipher. Absent for this machine. */
  cpuHasAes?: boolean;
  /** Copies the release to the machine and makes it ready. @throws BenchError */
  open(release: Release): Promise<OpenedHost>;
}

export interface OpenedHost {
  host: Host;
  /** Absent for this machine. */
  remoteTarget?: RemoteTarget;
  /** Ends everything that runs there. */
  close(): Promise<void>;
}

/** What only a remote machine has. */
export interface RemoteTarget {
  /** Aborted, with a BenchError as the reason, when the connection to the machine is lost. */
  lost: AbortSignal;
  /** Resolves when it is known whether the connection is lost; a process there may end earlier. Never rejects. */
  probe(): Promise<void>;
  /** Properties of the machine that limit the measurements, one sentence each. */
  notes: string[];
  /**
   * All lines of each agent of this run that spooled lines on the remote machine after the connection was lost, from
   * its first line on, by `agentName` of the trial.
   */
  spooled(): Promise<Map<string, AgentLine[]>>;
  /** Deletes the fetched samples from the remote machine. */
  deleteSpooled(): Promise<void>;
  /**
   * The command that builds each contender once from clean on that machine (bench/build/build-there.ts), with its lines
   * on stdout here. It ends with its stdin, and needs a release with `compileThere`.
   */
  buildCommand(servers: readonly string[]): readonly [program: string, ...words: string[]];
}
