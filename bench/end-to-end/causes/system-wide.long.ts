import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inOwnNetwork, lacking, setSysctl, withoutCores } from '../../testing/surroundings.ts';
import { misbehaving } from './misbehave.ts';
import { connected } from './pause.ts';
import { assertStop, provoke } from './provoke.ts';

const trackConnections = join(import.meta.dirname, 'track-connections.ts');

/** Pages that TCP uses now, over the whole machine. */
function tcpPages(): number {
  return Number(/^TCP: .* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1]);
}

/** Each test lowers a setting of the whole machine for some seconds. Other programs there meet that limit, too. */
describe('a limit of the whole machine', { skip: lacking('root') }, () => {
  test('names the memory maps when a server with threads has used them up', { skip: lacking('prlimit') }, async () => {
    using _ = setSysctl('vm/max_map_count', '12000');
    const stop = await provoke({
      search: ['blocking', 'connected', 800],
      startedBy: withoutCores(),
    });
    assertStop(stop, 'memory maps', /^the server had about \d+ of 12000 memory maps \(vm.max_map_count\): .*\w/, {
      maxMapCount: 12_000,
    });
  });

  test('names the memory of TCP when a server that does not read has filled it', async () => {
    const low = tcpPages() + 1_000;
    using _ = setSysctl('net/ipv4/tcp_mem', `${low} ${low + 1_000} ${low + 2_000}`);
    const stop = await provoke({
      search: ['async', 'sending', 100],
      options: ['--interval-ms', '500', '--message-bytes', '100000', '--min-parsed', '0.9'],
      environment: misbehaving('stopReading'),
      harm: [
        connected(50),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGUSR2');
        },
      ],
    });
    assertStop(stop, 'TCP memory', /^TCP used \d+ of \d+ pages \(net.ipv4.tcp_mem\), under pressure \d+ times, /, {
      tcpMemoryMaxPages: low + 2_000,
    });
  });

  test('names the table of tracked connections when it is full', {
    skip: lacking('unshare', 'ip', 'conntrack'),
  }, async () => {
    using _ = setSysctl('net/netfilter/nf_conntrack_max', '30');
    const stop = await provoke({
      search: ['async', 'connected', 80],
      options: ['--connect-timeout-s', '2'],
      startedBy: inOwnNetwork(`${process.execPath} --disable-warning=ExperimentalWarning ${trackConnections}`),
    });
    assertStop(stop, 'conntrack', /^30 of 30 tracked connections \(nf_conntrack_max\); \d+ of 40 clients connected/, {
      conntrackMax: 30,
    });
  });
});
