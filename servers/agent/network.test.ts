import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInterfaces, parseTcpCounters, parseTcpSockets } from './network.ts';

describe('/proc/net/sockstat', () => {
  const udp = 'UDP: inuse 99 mem 98';
  const table: [text: string, expected: ReturnType<typeof parseTcpSockets>][] = [
    [
      `sockets: used 200\nTCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1\n${udp}\n`,
      { inUse: 5, timeWait: 2, memoryPages: 1 },
    ],
    [`TCP: inuse 25007 orphan 3 tw 0 alloc 25010 mem 4096\n`, { inUse: 25_007, timeWait: 0, memoryPages: 4_096 }],
    [`${udp}\nTCP: inuse 5\n`, { inUse: 5, timeWait: 0, memoryPages: 0 }],
  ];
  for (const [text, expected] of table) {
    test(JSON.stringify(text), () => assert.deepEqual(parseTcpSockets(text), expected));
  }
});

describe('/proc/net/netstat', () => {
  const netstat = `TcpExt: SyncookiesSent PruneCalled RcvPruned OfoPruned TW ListenOverflows ListenDrops TCPReqQFullDrop
TcpExt: 0 4 5 6 405595 12 13 7
IpExt: InNoRoutes InTruncatedPkts InOctets
IpExt: 1 2 31995446702
MPTcpExt: MPCapableSYNRX ListenDrops
MPTcpExt: 99 98
`;

  test('is read by name, from the section of TCP alone', () => {
    const counters = parseTcpCounters(netstat);
    assert.equal(counters.get('SyncookiesSent'), 0);
    assert.equal(counters.get('OfoPruned'), 6);
    assert.equal(counters.get('ListenOverflows'), 12);
    assert.equal(counters.get('ListenDrops'), 13);
    assert.equal(counters.get('TCPReqQFullDrop'), 7);
    assert.equal(counters.get('InOctets'), undefined);
    assert.equal(counters.size, 8);
  });

  test('may have its sections in any order', () => {
    const [first = '', second = '', ...others] = netstat.trimEnd().split('\n');
    assert.deepEqual(parseTcpCounters([...others, first, second].join('\n')), parseTcpCounters(netstat));
  });

  test('may lack a name, a value or all', () => {
    assert.deepEqual([...parseTcpCounters('TcpExt: A B\nTcpExt: 1\n')], [['A', 1]]);
    assert.equal(parseTcpCounters('IpExt: A\nIpExt: 1\n').size, 0);
    assert.equal(parseTcpCounters('').size, 0);
  });
});

describe('/proc/net/dev', () => {
  const header = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
  const table: [title: string, lines: string, expected: ReturnType<typeof parseInterfaces>][] = [
    [
      'leaves loopback out',
      `    lo: 29418878778 13051485    0  567    0     0          0         0 29418878778 13051485    0    0    0     0       0          0
  eth0: 2577475464   64712    0    3    0     0          0         0  4581807   40844    0    4    0     0       0          0
`,
      { eth0: { receivedBytes: 2_577_475_464, sentBytes: 4_581_807, drops: 7 } },
    ],
    [
      'is read without a space after the colon, and with names that contain others',
      `wlan0:12 1 9 2 9 9 9 9 34 1 9 5 9 9 9 9
lo2: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0
eth0.5: 3 0 0 0 0 0 0 0 4 0 0 0 0 0 0 0
`,
      {
        wlan0: { receivedBytes: 12, sentBytes: 34, drops: 7 },
        lo2: { receivedBytes: 1, sentBytes: 2, drops: 0 },
        'eth0.5': { receivedBytes: 3, sentBytes: 4, drops: 0 },
      },
    ],
    ['may have no line', '', {}],
  ];
  for (const [title, lines, expected] of table) {
    test(title, () => assert.deepEqual(parseInterfaces(header + lines), expected));
  }
});
