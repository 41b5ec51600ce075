/**
 * What one cause means to readers: `npm run docs` lists these words, in this order, in `results/README.md`. The words may
 * change; a name stands in records and may not.
 */
export type CauseRow = {
  /** Two sentences at most, for someone who has not read the code. */
  meaning: string;
  /** The measurements that the verdict rests on, with their thresholds. */
  evidence: string;
  /** The search ended for a reason outside the server: the server might hold more. */
  isNotTheServers?: true;
  /** Why no rule in `bench/diagnosis/rules` finds this cause. */
  noRule?: string;
} & (
  | {
      /** How a test in `bench/end-to-end/causes` makes this cause happen, and the verdict it got, shortened. */
      provocation: string;
      verdict: string;
    }
  | { notProvoked: string }
);

const table = {
  'target reached': {
    meaning: 'The server held every client that the run asked for.',
    evidence: 'every step passed',
    provocation: 'nothing: the search is left alone',
    verdict: '40 clients, the target of this run',
    isNotTheServers: true,
    noRule: 'nothing failed, so there is nothing to find',
  },
  'time limit': {
    meaning: 'The time for the search (`--limit-s`) ended before the search did.',
    evidence: 'the time was up, and no other cause kept clients out before that',
    provocation: '4,000 threads in 3 s',
    verdict: '17 clients connected when the time was up',
    isNotTheServers: true,
  },
  'fleet saturated': {
    meaning: 'The fleet was at its own limit, so the step says nothing about the server.',
    evidence: 'the step was void: the fleet was late or busy beyond its thresholds',
    provocation: "the fleet's loop kept busy",
    verdict: 'the step is void: the fleet was late: p99 398 ms; its loop at 99.8 %, allowed 90 %',
    isNotTheServers: true,
    noRule: 'the verdict on the step says it already',
  },
  'fleet out of ports': {
    meaning: 'The fleet had no free source port for the next connection.',
    evidence: '`EADDRNOTAVAIL` or `EADDRINUSE` in the fleet',
    provocation: '30 ports in a network namespace',
    verdict: '11 connections could not be opened: no source port was free',
    isNotTheServers: true,
  },
  'fleet out of descriptors': {
    meaning: 'A process of the fleet had as many files and sockets open as it may.',
    evidence: '`EMFILE` in the fleet',
    provocation: '`prlimit` on a fleet process',
    verdict: '… connections could not be opened: the fleet had no descriptor left',
    isNotTheServers: true,
  },
  'memory guard': {
    meaning: 'The machine ran short of memory, and the suite killed the server before the kernel had to.',
    evidence: "the guard reports its kill: less of the machine's memory was available than `--memory-guard`",
    provocation: 'a process that takes memory while clients connect',
    verdict: 'the guard killed the server at … clients with … of … MB available',
  },
  'cgroup memory limit': {
    meaning: 'The server used all the memory that its cgroup allows, and the kernel killed it.',
    evidence: "SIGKILL, the server's cgroup counted a kill for lack of memory, and its limit was near",
    provocation: 'a cgroup of 400 MB',
    verdict: 'the kernel killed the server in its cgroup, limited to 400 MB; a moment before it had 406 MB',
  },
  'kernel OOM killer': {
    meaning: 'The machine had no memory left, and the kernel killed the server.',
    evidence: 'SIGKILL, the kernel counted a kill (`/proc/vmstat`), and the cgroup had no limit near',
    provocation: 'in a virtual machine, the kernel told to look for what to kill (sysrq f)',
    verdict:
      "the kernel's OOM killer killed the server at … clients; a moment before it had … MB, and … MB were available",
  },
  'memory maps': {
    meaning: 'The server could not map more memory, because the kernel limits the number of mappings of a process.',
    evidence: 'threads failed or V8 ended the process, with `vm.max_map_count` nearly reached',
    provocation: '`vm.max_map_count` lowered to 12,000',
    verdict: 'the server had about 11,840 of 12,000 memory maps: FATAL ERROR … out of memory',
  },
  'address space': {
    meaning: 'The server could reserve no more virtual addresses. Memory itself may have been free.',
    evidence:
      'threads failed or V8 could not reserve memory, with `RLIMIT_AS` or the address bits of the CPU nearly used up',
    provocation: '`prlimit --as`',
    verdict:
      'the server could reserve no more address space, with 43,034 of 60,000 MB of it: Fatal process out of memory … CodeRange',
  },
  'server crashed': {
    meaning: 'The server ended by a fault of its own, such as a failed assertion.',
    evidence: 'a signal other than SIGKILL',
    provocation: 'last words, then `abort()`',
    verdict: 'by SIGABRT: the last words',
  },
  'server killed': {
    meaning: 'Something other than the suite and the kernel killed the server.',
    evidence: 'SIGKILL, and neither the guard nor the kernel counted a kill for lack of memory',
    provocation: '`kill -9`',
    verdict: 'by SIGKILL from outside: neither the guard nor the kernel counted a kill for lack of memory',
  },
  'server ended': {
    meaning: 'The server ended by itself.',
    evidence: 'an exit code',
    provocation: 'last words, then exit 3',
    verdict: 'with exit code 3: the last words',
  },
  'server descriptors': {
    meaning: 'The server had as many files and sockets open as it may.',
    evidence: "99 % of the server's `RLIMIT_NOFILE` open",
    provocation: '`prlimit` on the server',
    verdict: '… of … descriptors of the server open; … of … clients connected (… reset)',
  },
  'thread limit': {
    meaning: 'The server refused clients, because it may have no more threads.',
    evidence:
      'the server counted connections refused beyond its limit of threads (`--max-threads` of the server: 30,000)',
    provocation: '30 threads allowed',
    verdict: 'the server refused 10 connections beyond --max-threads',
  },
  'thread creation': {
    meaning: 'The system refused to start a thread, mostly for a limit on the number of tasks.',
    evidence: 'threads could not be started, and no other limit was near',
    provocation: 'a cgroup of 80 tasks',
    verdict: '1 threads could not be started; its cgroup has 57 of 80 tasks: Error: EAGAIN',
  },
  'accept backlog': {
    meaning: 'Clients waited in a full queue, because the server accepted connections too slowly.',
    evidence: '`ListenOverflows` rose',
    provocation: 'a queue of 40, the server stopped (SIGSTOP)',
    verdict: 'the accept queue overflowed 361 times; later also: server hung',
  },
  'handshake deadline': {
    meaning: 'The server closed connections that took too long to become websockets.',
    evidence: 'the server counted connections cut at its deadline for TLS and upgrade, 15 s after accept',
    notProvoked: 'it was met on an overloaded machine (table test)',
  },
  'TCP memory': {
    meaning: 'TCP used the memory that the kernel allows for all its buffers together.',
    evidence: '95 % of `net.ipv4.tcp_mem`, or the kernel counted pressure or aborted connections',
    provocation: '`net.ipv4.tcp_mem` lowered, and a server that reads no more',
    verdict: 'TCP used 2,659 of 3,333 pages, under pressure 1 times',
  },
  conntrack: {
    meaning: 'The firewall tracked as many connections as its table holds, and the kernel dropped new ones.',
    evidence: '99 % of `nf_conntrack_max`',
    provocation: '30 entries, in a network namespace that tracks',
    verdict: '30 of 30 tracked connections; 30 of 40 clients connected (10 timeout)',
  },
  'network card': {
    meaning: 'The link carried as much as it can.',
    evidence: "90 % of the link's speed in one direction",
    provocation: 'a link of 20 Mbit/s (`tc tbf`) between two namespaces',
    verdict: 'carried 19 of 20 Mbit/s; 49.6 % of the messages parsed in time',
  },
  throttled: {
    meaning: 'The board slowed its CPU down, for heat or for lack of power.',
    evidence: "a Pi's firmware says so now (`get_throttled`, bits 0 to 3)",
    notProvoked: 'it takes a Pi (table test)',
  },
  'server hung': {
    meaning: 'The server was running and did nothing.',
    evidence: 'no report for five seconds, with less than half of a core used meanwhile',
    provocation: 'SIGSTOP',
    verdict: 'it was running and had said nothing for 18 s',
  },
  'event loop saturated': {
    meaning: 'The thread that accepts connections had no time left, though the machine had.',
    evidence:
      'its loop was busy 95 % of the time, in a hold or while clients timed out, and a core was free; or no report for five seconds, with more than half of a core used',
    provocation: 'the loop kept busy',
    verdict: "the server's loop was busy 100 % of the time; p99 latency 401 ms, allowed 250 ms",
  },
  'CPU saturated': {
    meaning: 'The machine had no CPU time left.',
    evidence: 'all cores were busy 95 % of the time, in a hold or while clients timed out',
    provocation: '24 processes that spin',
    verdict: "all cores of the server's machine were busy 100 % of the time",
  },
  unknown: {
    meaning: 'The search stopped, and no evidence explains why. The verdict has everything that was seen.',
    evidence: 'none of these',
    notProvoked: 'each known harm has a cause (table test)',
    noRule: 'it stands where no rule finds a cause',
  },
} satisfies Record<string, CauseRow>;

/** Why a search stopped. */
export type Cause = keyof typeof table;

export const causeRows: Readonly<Record<Cause, CauseRow>> = table;
export const causes = Object.keys(table).filter((name): name is Cause => name in table);

/** The search ended for a reason outside the server, so that the most clients held are a lower bound. */
export const notTheServers: ReadonlySet<Cause> = new Set(causes.filter((cause) => causeRows[cause].isNotTheServers));
