import { firstCounted, firstRise, firstSample, from, threadsOf } from '../evidence.ts';
import { lackOf, reachedDescriptors } from '../lack.ts';
import { type CauseRule, type Evidence, nearlyAll, type Sign, saturated } from '../rule.ts';

/** What keeps clients out. */
export const refusalRules: readonly CauseRule[] = [
  { cause: 'fleet out of ports', explains: ['connections', 'time'], find: fleetOutOfPorts },
  { cause: 'fleet out of descriptors', explains: ['connections', 'time'], find: fleetOutOfDescriptors },
  { cause: 'server descriptors', explains: ['end', 'connections', 'time'], find: serverDescriptors },
  { cause: 'thread limit', explains: ['connections', 'time'], find: threadLimit },
  { cause: 'accept backlog', explains: ['connections', 'time'], find: acceptBacklog },
  { cause: 'handshake deadline', explains: ['connections', 'time'], find: handshakeDeadline },
  { cause: 'TCP memory', explains: ['connections', 'messages', 'time'], find: tcpMemory },
  { cause: 'conntrack', explains: ['connections', 'messages', 'time'], find: conntrack },
];

function fleetOutOfPorts(evidence: Evidence): Sign | undefined {
  return fleetFailures(evidence, 'ports', 'no source port was free');
}

function fleetOutOfDescriptors(evidence: Evidence): Sign | undefined {
  return fleetFailures(evidence, 'descriptors', 'the fleet had no descriptor left');
}

function serverDescriptors(evidence: Evidence): Sign | undefined {
  const reached = reachedDescriptors(evidence);
  const lack = lackOf(evidence);
  const noThread = lack?.cause === 'server descriptors' ? lack : undefined;
  // A server survives without a descriptor for the next client. Without one for a thread it may end.
  const hasEnded = evidence.timeline.end !== undefined || evidence.timeline.guard !== undefined;
  if (reached === undefined || (hasEnded && noThread === undefined)) return undefined;
  const { openDescriptors, openFilesLimit } = reached;
  return {
    atMilliseconds: Math.min(reached.atMilliseconds, noThread?.atMilliseconds ?? Number.POSITIVE_INFINITY),
    detail: `${openDescriptors} of ${openFilesLimit} descriptors of the server open (RLIMIT_NOFILE)`,
    numbers: { openDescriptors, openFilesLimit },
  };
}

function threadLimit(evidence: Evidence): Sign | undefined {
  const refused = firstCounted(evidence, ({ counters }) => counters.refused);
  return (
    refused && {
      atMilliseconds: refused.atMilliseconds,
      detail: `the server refused ${refused.rise} connections beyond --max-threads`,
      numbers: { refused: refused.rise },
    }
  );
}

function acceptBacklog(evidence: Evidence): Sign | undefined {
  const overflows = firstRise(evidence, ({ machine }) => machine.listenOverflows);
  const drops = firstRise(evidence, ({ machine }) => machine.listenDrops);
  return (
    overflows && {
      atMilliseconds: overflows.atMilliseconds,
      detail: `the accept queue overflowed ${overflows.rise} times (ListenOverflows)`,
      numbers: { listenOverflows: overflows.rise, listenDrops: drops?.rise ?? 0 },
    }
  );
}

function handshakeDeadline(evidence: Evidence): Sign | undefined {
  const missed = firstCounted(evidence, ({ counters }) => counters.rejectedDeadline);
  return (
    missed && {
      atMilliseconds: missed.atMilliseconds,
      detail: `the server cut ${missed.rise} connections that were not through with TLS and upgrade within its deadline`,
      numbers: { rejectedDeadline: missed.rise, ...threadsOf(evidence) },
    }
  );
}

function tcpMemory(evidence: Evidence): Sign | undefined {
  // Absent in most containers. A record takes finite numbers only, so no default of infinity.
  const limit = evidence.limits.tcpMemoryMaxPages;
  const full =
    limit === undefined
      ? undefined
      : firstSample(evidence, ({ machine }) => machine.tcpMemoryPages >= saturated * limit);
  const pressure = firstRise(evidence, ({ machine }) => machine.tcpMemoryPressures);
  const aborts = firstRise(evidence, ({ machine }) => machine.tcpMemoryAborts);
  const at = earliest(full, pressure, aborts);
  if (at === undefined) return undefined;
  const pages = Math.max(
    ...from(evidence.connectingAt, evidence.timeline.samples).map(({ value }) => value.machine.tcpMemoryPages),
  );
  return {
    atMilliseconds: at,
    detail: `TCP used ${pages} of ${limit ?? '?'} pages (net.ipv4.tcp_mem), under pressure ${pressure?.rise ?? 0} times, ${aborts?.rise ?? 0} connections aborted`,
    numbers: {
      tcpMemoryPages: pages,
      ...(limit !== undefined && { tcpMemoryMaxPages: limit }),
      tcpMemoryPressures: pressure?.rise ?? 0,
      tcpMemoryAborts: aborts?.rise ?? 0,
    },
  };
}

function conntrack(evidence: Evidence): Sign | undefined {
  const limit = evidence.limits.conntrackMax ?? Number.POSITIVE_INFINITY;
  const full = firstSample(evidence, ({ machine }) => (machine.conntrackEntries ?? 0) >= nearlyAll * limit);
  return (
    full && {
      atMilliseconds: full.atMilliseconds,
      detail: `${full.value.machine.conntrackEntries} of ${limit} tracked connections (nf_conntrack_max)`,
      numbers: { conntrackEntries: full.value.machine.conntrackEntries ?? 0, conntrackMax: limit },
    }
  );
}

function fleetFailures(evidence: Evidence, kind: 'ports' | 'descriptors', what: string): Sign | undefined {
  const failures = evidence.step?.observation.connectFailures[kind] ?? 0;
  const first = from(evidence.connectingAt, evidence.timeline.fleet).find(
    ({ value }) => (value.failures[kind] ?? 0) > 0,
  );
  const known = Math.max(failures, first?.value.failures[kind] ?? 0);
  if (known === 0) return undefined;
  return {
    atMilliseconds: first?.atMilliseconds ?? evidence.holdingAt ?? evidence.now,
    detail: `${known} connections could not be opened: ${what}`,
    numbers: { [kind]: known },
  };
}

function earliest(...found: (undefined | { atMilliseconds: number })[]): number | undefined {
  const times = found.flatMap((one) => (one === undefined ? [] : [one.atMilliseconds]));
  return times.length === 0 ? undefined : Math.min(...times);
}
