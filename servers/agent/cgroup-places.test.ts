import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  type CgroupPlace,
  type Controller,
  findAccountingPlace,
  findPlace,
  parseCgroupMounts,
  upwards,
} from './cgroup-places.ts';

const unified = '35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot';
const version1 = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:1 master:2 - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;
/** Docker with version 1 and without a cgroup namespace: the container sees its own directory at the mount point. */
const container = '40 31 0:32 /docker/4f2a /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';

const cases: [title: string, mounts: string, membership: string, controller: Controller, CgroupPlace | undefined][] = [
  [
    'version 2',
    unified,
    '0::/user.slice/user-1000.slice/session-3.scope\n',
    'memory',
    {
      version: 2,
      directory: '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope',
      top: '/sys/fs/cgroup',
    },
  ],
  [
    'version 2, at the top',
    unified,
    '0::/\n',
    'pids',
    { version: 2, directory: '/sys/fs/cgroup', top: '/sys/fs/cgroup' },
  ],
  [
    'version 1 beside an empty version 2',
    version1,
    '9:name=systemd:/\n8:pids:/\n4:memory:/process_api/50b1\n2:cpuacct,cpu:/\n0::/\n',
    'memory',
    { version: 1, directory: '/sys/fs/cgroup/memory/process_api/50b1', top: '/sys/fs/cgroup/memory' },
  ],
  [
    'version 1, where each controller has its own directory',
    version1,
    '8:pids:/a\n4:memory:/b\n0::/\n',
    'pids',
    { version: 1, directory: '/sys/fs/cgroup/pids/a', top: '/sys/fs/cgroup/pids' },
  ],
  [
    'a controller that is in version 2 beside others in version 1',
    version1,
    '2:cpu,cpuacct:/a\n0::/b\n',
    'memory',
    { version: 2, directory: '/sys/fs/cgroup/unified/b', top: '/sys/fs/cgroup/unified' },
  ],
  [
    'two controllers in one hierarchy, and a name with colon and space',
    '35 31 0:32 / /cg/both\\040of rw - cgroup none rw,pids,memory',
    '4:pids,memory:/a:b c\n',
    'memory',
    { version: 1, directory: '/cg/both of/a:b c', top: '/cg/both of' },
  ],
  [
    'a container that sees its own directory as the top',
    container,
    '4:memory:/docker/4f2a\n',
    'memory',
    { version: 1, directory: '/sys/fs/cgroup/memory', top: '/sys/fs/cgroup/memory' },
  ],
  [
    'below what a container sees as the top',
    container,
    '4:memory:/docker/4f2a/inner\n',
    'memory',
    { version: 1, directory: '/sys/fs/cgroup/memory/inner', top: '/sys/fs/cgroup/memory' },
  ],
  [
    'a hierarchy that is mounted twice: the mount that shows more',
    `${container}\n35 31 0:32 / /host/memory rw - cgroup cgroup rw,memory`,
    '4:memory:/docker/4f2a\n',
    'memory',
    { version: 1, directory: '/host/memory/docker/4f2a', top: '/host/memory' },
  ],
  ['outside of what the mount shows', container, '4:memory:/docker/4f2abc\n', 'memory', undefined],
  ['outside of the cgroup namespace', unified, '0::/../other\n', 'memory', undefined],
  [
    'a mount from outside of the cgroup namespace',
    unified.replace(' / /sys', ' /.. /sys'),
    '0::/\n',
    'memory',
    undefined,
  ],
  ['no mount', '27 1 254:0 / / rw - ext4 /dev/vda rw', '0::/\n', 'memory', undefined],
  ['a missing mount of version 1', unified, '4:memory:/a\n0::/b\n', 'memory', undefined],
  ['no cgroups at all', unified, '', 'memory', undefined],
];

describe('the place of a process in a hierarchy of cgroups', () => {
  for (const [title, mountinfo, membership, controller, expected] of cases) {
    test(title, () => assert.deepEqual(findPlace(parseCgroupMounts(mountinfo), membership, controller), expected));
  }
});

describe('the directories up to the top', () => {
  const table: [directory: string, expected: string[]][] = [
    ['/cg/a/b', ['/cg/a/b', '/cg/a', '/cg']],
    ['/cg', ['/cg']],
  ];
  for (const [directory, expected] of table) {
    test(`from ${directory}`, () => assert.deepEqual([...upwards({ version: 2, directory, top: '/cg' })], expected));
  }
});

describe('the cgroup that accounts for a process', () => {
  test('is its own, or the nearest one above that has the controller', (t) => {
    const top = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
    t.after(() => rmSync(top, { recursive: true }));
    const directory = join(top, 'a', 'b');
    mkdirSync(directory, { recursive: true });
    const place: CgroupPlace = { version: 2, directory, top };
    assert.equal(findAccountingPlace(place, 'memory.events'), undefined);
    writeFileSync(join(top, 'a', 'memory.events'), '');
    assert.deepEqual(findAccountingPlace(place, 'memory.events'), { ...place, directory: join(top, 'a') });
    writeFileSync(join(directory, 'memory.events'), '');
    assert.deepEqual(findAccountingPlace(place, 'memory.events'), place);
  });
});
