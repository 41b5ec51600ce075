import type { MachineSample } from '../contract/agent.ts';
import { parseCount, readCount, readText } from './kernel-text.ts';

/** All values are of the agent's own network namespace, which is the server's too. */
type NetworkSample = Pick<
  MachineSample,
  | 'tcpInUse'
  | 'tcpTimeWait'
  | 'tcpMemoryPages'
  | 'listenOverflows'
  | 'listenDrops'
  | 'synQueueOverflows'
  | 'tcpMemoryPressures'
  | 'tcpPrunes'
  | 'tcpMemoryAborts'
  | 'conntrackEntries'
  | 'interfaces'
>;

/** Parses `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1` of /proc/net/sockstat. */
export function parseTcpSockets(sockstat: string): { inUse: number; timeWait: number; memoryPages: number } {
  const line = /^TCP: (.*)$/m.exec(sockstat)?.[1] ?? '';
  const value = (name: string) => Number(new RegExp(`\\b${name} (\\d+)`).exec(line)?.[1] ?? 0);
  return { inUse: value('inuse'), timeWait: value('tw'), memoryPages: value('mem') };
}

/** Parses the counters in section TcpExt of /proc/net/netstat: a line of names, and below it one of values. */
export function parseTcpCounters(netstat: string): Map<string, number> {
  const [, names = '', values = ''] = /^TcpExt: (.*)\nTcpExt: (.*)$/m.exec(netstat) ?? [];
  const numbers = values.split(' ');
  const counters = new Map<string, number>();
  for (const [index, name] of names.split(' ').entries()) {
    const value = parseCount(numbers[index]);
    if (value !== undefined) counters.set(name, value);
  }
  return counters;
}

/** Parses /proc/net/dev: eight numbers received, then eight sent; the first of each is bytes and the fourth drops. */
export function parseInterfaces(dev: string): MachineSample['interfaces'] {
  const interfaces: MachineSample['interfaces'] = {};
  // Linux prints no space after the colon when the number is long.
  for (const [, name = '', text = ''] of dev.matchAll(/^\s*(\S+):\s*(\d.*)$/gm)) {
    if (name === 'lo') continue;
    const numbers = text.trim().split(/\s+/).map(Number);
    const drops = (numbers[3] ?? 0) + (numbers[11] ?? 0);
    interfaces[name] = { receivedBytes: numbers[0] ?? 0, sentBytes: numbers[8] ?? 0, drops };
  }
  return interfaces;
}

export function readNetwork(): NetworkSample {
  const tcp = parseTcpSockets(readText('/proc/net/sockstat') ?? '');
  const counters = parseTcpCounters(readText('/proc/net/netstat') ?? '');
  return {
    tcpInUse: tcp.inUse,
    tcpTimeWait: tcp.timeWait,
    tcpMemoryPages: tcp.memoryPages,
    listenOverflows: counters.get('ListenOverflows'),
    listenDrops: counters.get('ListenDrops'),
    synQueueOverflows: sum(counters, ['TCPReqQFullDrop', 'TCPReqQFullDoCookies']),
    tcpMemoryPressures: counters.get('TCPMemoryPressures'),
    tcpPrunes: sum(counters, ['PruneCalled', 'RcvPruned', 'OfoPruned']),
    tcpMemoryAborts: counters.get('TCPAbortOnMemory'),
    conntrackEntries: readConntrackEntries(),
    interfaces: parseInterfaces(readText('/proc/net/dev') ?? ''),
  };
}

/** Undefined when connection tracking is not loaded. */
export function readConntrackEntries(): number | undefined {
  return readCount('/proc/sys/net/netfilter/nf_conntrack_count');
}

/** Sum of those counters that the kernel has; undefined when it has none of them. */
function sum(counters: Map<string, number>, names: string[]): number | undefined {
  const known = names.flatMap((name) => counters.get(name) ?? []);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
