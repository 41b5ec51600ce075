import type { Rule } from './rule.ts';
import { coresCrowded, eventLoopCrowded } from './rules/crowding.ts';
import {
  addressSpace,
  cgroupMemoryLimit,
  kernelOomKiller,
  memoryGuard,
  memoryMaps,
  serverCrashed,
  serverEnded,
  serverKilled,
  threadCreation,
} from './rules/ends.ts';
import {
  acceptBacklog,
  conntrack,
  fleetOutOfDescriptors,
  fleetOutOfPorts,
  handshakeDeadline,
  serverDescriptors,
  tcpMemory,
  threadLimit,
} from './rules/refusals.ts';
import {
  cpuSaturated,
  eventLoopSaturated,
  eventLoopStuck,
  networkCard,
  serverHung,
  throttled,
  timeLimit,
} from './rules/slowness.ts';

/**
 * Every rule: a cause, when it is one, and what it can explain. Each stands on its own; the order matters only for two
 * found at the same moment: then the one further up is the cause. Bounds on counts hold from when clients began to
 * connect; saturation in the hold, or where it lasted as long as a connection may take and kept clients out. How each
 * reads its evidence is in the folder `rules`.
 */
export const rules: readonly Rule[] = [
  // Less memory available than the guard wants; it kills, and says so.
  { cause: 'memory guard', explains: ['end'], find: memoryGuard },
  // SIGKILL, and the cgroup of the server counted one more kill for lack of memory.
  { cause: 'cgroup memory limit', explains: ['end'], find: cgroupMemoryLimit },
  // SIGKILL, and the whole machine counted one more such kill, the cgroup none.
  { cause: 'kernel OOM killer', explains: ['end'], find: kernelOomKiller },
  // Threads failed or V8 ended the process, with vm.max_map_count nearly reached.
  { cause: 'memory maps', explains: ['end', 'connections', 'time'], find: memoryMaps },
  // The same with RLIMIT_AS or the bits of an address nearly used up, or by what V8 says of it.
  { cause: 'address space', explains: ['end', 'connections', 'time'], find: addressSpace },
  // Threads failed, and nothing above or below explains why: tasks of a cgroup, threads-max.
  { cause: 'thread creation', explains: ['end', 'connections', 'time'], find: threadCreation },
  // Another signal than SIGKILL, with its last words.
  { cause: 'server crashed', explains: ['end'], find: serverCrashed },
  // SIGKILL, and nobody counted a lack of memory.
  { cause: 'server killed', explains: ['end'], find: serverKilled },
  // An exit code, with its last words.
  { cause: 'server ended', explains: ['end'], find: serverEnded },
  // EADDRNOTAVAIL or EADDRINUSE in the fleet.
  { cause: 'fleet out of ports', explains: ['connections', 'time'], find: fleetOutOfPorts },
  // EMFILE in the fleet.
  { cause: 'fleet out of descriptors', explains: ['connections', 'time'], find: fleetOutOfDescriptors },
  // 99 % of RLIMIT_NOFILE open.
  { cause: 'server descriptors', explains: ['end', 'connections', 'time'], find: serverDescriptors },
  // Connections refused beyond --max-threads.
  { cause: 'thread limit', explains: ['connections', 'time'], find: threadLimit },
  // ListenOverflows rose.
  { cause: 'accept backlog', explains: ['connections', 'time'], find: acceptBacklog },
  // The server cut connections that were not through in time.
  { cause: 'handshake deadline', explains: ['connections', 'time'], find: handshakeDeadline },
  // 95 % of net.ipv4.tcp_mem, or pressure or aborts counted.
  { cause: 'TCP memory', explains: ['connections', 'messages', 'time'], find: tcpMemory },
  // 99 % of nf_conntrack_max.
  { cause: 'conntrack', explains: ['connections', 'messages', 'time'], find: conntrack },
  // 90 % of the speed of the link in one direction.
  { cause: 'network card', explains: ['messages', 'time'], find: networkCard },
  // The firmware of a Pi says so now.
  { cause: 'throttled', explains: ['messages', 'time'], find: throttled },
  // Running, and no report for five seconds, with less than half of a core taken meanwhile: it hangs. Or with more.
  { cause: 'server hung', explains: ['connections', 'reports', 'messages', 'time'], find: serverHung },
  { cause: 'event loop saturated', explains: ['connections', 'reports', 'messages', 'time'], find: eventLoopStuck },
  // The loop that accepts was busy 95 % of the time, and a core was free.
  { cause: 'event loop saturated', explains: ['messages'], find: eventLoopSaturated },
  // All cores were busy 95 % of the time. A server that gets a core too seldom does not get to its timers either.
  { cause: 'CPU saturated', explains: ['reports', 'messages'], find: cpuSaturated },
  // Either for as long as a connection may take, while clients connected and most failures were time-outs.
  { cause: 'event loop saturated', explains: ['connections'], find: eventLoopCrowded },
  { cause: 'CPU saturated', explains: ['connections'], find: coresCrowded },
  // There was no more time.
  { cause: 'time limit', explains: ['time'], find: timeLimit },
];
