import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HostLimits } from '../../servers/contract/limits.ts';
import { configSchema } from '../plan/config.ts';
import { roomyLimits } from '../testing/samples.ts';
import { type Ceiling, ceilings, formatAmount, mostClients, type Preflight, warnings } from './preflight.ts';
import type { Plan } from './resource.ts';

const config: Plan['config'] = {
  maxThreads: 30_000,
  memoryGuardShare: 0.1,
  intervalMilliseconds: 1_000,
  messageBytes: 10_240,
  backlog: 4_096,
  ramp: { clients: 25_000, maxHandshakesInFlight: 64 },
  fleet: { clientsPerProcess: 10_000 },
};

/** 25,000 silent clients of a machine that holds them easily, but for what a test says. */
function plan(changes: Partial<Plan> = {}, limits: Partial<HostLimits> = {}): Plan {
  const machine = { ...roomyLimits, memoryTotalBytes: 1e12, memoryAvailableBytes: 1e12, maxMapCount: 10e6, ...limits };
  return {
    ...{
      contender: 'async',
      sending: false,
      config,
      isSameMachine: true,
      fleetPlaces: 1,
      ports: 1,
      sourceAddresses: 3,
    },
    ...{ server: machine, fleet: machine },
    ...changes,
  };
}

function ceilingOf(result: Preflight, name: string, host: Ceiling['host'] = 'server'): Ceiling {
  const found = result.ceilings.find((ceiling) => ceiling.name === name && ceiling.host === host);
  assert.ok(found, `no ceiling ${name} of the ${host}`);
  return found;
}

const blocking = { contender: 'blocking' } as const;
const sending = { sending: true } as const;
const apart = { isSameMachine: false, sourceAddresses: 1 } as const;
const gigabit = [{ name: 'eth0', megabitsPerSecond: 1_000 }];

/** Bounds that were calculated by hand, and how each is lifted. */
const table: [name: string, changes: Partial<Plan>, limits: Partial<HostLimits>, maxClients: number, remedy: RegExp][] =
  [
    // 900 MB less the guard's 10 %, in use 300 MB; server and fleet have 83 and 115 MB, a client 47,000 and 45,000 bytes.
    ['memory', {}, { memoryTotalBytes: 900e6, memoryAvailableBytes: 600e6 }, 3_391, /^ask for fewer clients/],
    ['memory', apart, { memoryTotalBytes: 900e6, memoryAvailableBytes: 600e6 }, 9_085, /^ask for fewer clients/],
    ['cgroup memory', {}, { cgroupMemoryMaxBytes: 500e6, cgroupMemoryBytes: 100e6 }, 2_195, /set-property user-\$/],
    ['descriptors', {}, { openFilesHard: 20_000 }, 19_977, /^sudo prlimit --pid \$\$ --nofile=32768:32768$/],
    ['descriptors', blocking, { openFilesHard: 20_000 }, 2_853, /^sudo prlimit --pid \$\$ --nofile=262144:262144$/],
    ['descriptors', { ports: 4 }, { openFilesHard: 20_000 }, 19_974, /prlimit/],
    // As high as fs.nr_open allows, where that is enough.
    ['descriptors', {}, { openFilesHard: 20_000, nrOpen: 30_000 }, 19_977, /--nofile=30000:30000$/],
    ['descriptors', apart, { openFilesHard: 20_000 }, 19_977, /^echo "\$USER hard nofile 32768" \| sudo tee -a/],
    ['fs.nr_open', {}, { nrOpen: 20_000 }, 19_977, /^sudo sysctl -w fs.nr_open=32768$/],
    ['fs.file-max', {}, { fileMax: 20_067 }, 10_000, /^sudo sysctl -w fs.file-max=65536$/],
    ['fs.file-max', apart, { fileMax: 20_023 }, 20_000, /^sudo sysctl -w fs.file-max=32768$/],
    ['--max-threads', { ...blocking, config: { ...config, maxThreads: 500 } }, {}, 500, /^raise maxThreads in bench/],
    // 200 threads of the machine, 7 of the server, and of each of the fleet's processes.
    ['kernel.threads-max', blocking, { threadsMax: 9_214 }, 9_000, /^sudo sysctl -w kernel.threads-max=32768$/],
    ['kernel.threads-max', { ...blocking, ...apart }, { threadsMax: 9_207 }, 9_000, /threads-max=32768$/],
    ['kernel.pid_max', blocking, { pidMax: 9_514 }, 9_000, /^sudo sysctl -w kernel.pid_max=32768$/],
    // More than any kernel numbers.
    [
      'kernel.pid_max',
      blocking,
      { pidMax: 32_768, threads: 4_170_000 },
      0,
      /^ask for fewer clients .* at most 4194304/,
    ],
    ['cgroup pids.max', blocking, { cgroupPidsMax: 1_054, cgroupPids: 40 }, 1_000, /set-property user-\$/],
    ['RLIMIT_NPROC', blocking, { processesHard: 9_214 }, 9_000, /^sudo prlimit --pid \$\$ --nproc=32768:32768$/],
    ['vm.max_map_count', blocking, { maxMapCount: 65_530 }, 1_556, /^sudo sysctl -w vm.max_map_count=2097152$/],
    ['address space', blocking, { addressBits: 39 }, 913, /^boot a kernel with 48-bit user addresses/],
    ['address space', blocking, { addressBits: 47 }, 171_629, /./],
    ['RLIMIT_AS', blocking, { addressSpaceBytes: 100e9 }, 120, /^sudo prlimit --pid \$\$ --as=unlimited:unlimited$/],
    // Both ends in whole pages: three each.
    [
      'TCP memory',
      sending,
      { tcpMemoryMaxPages: 6_000 },
      1_000,
      /^sudo sysctl -w net.ipv4.tcp_mem="131072 174763 262144"$/,
    ],
    ['TCP memory', { ...sending, ...apart }, { tcpMemoryMaxPages: 6_000 }, 2_000, /tcp_mem="65536 87382 131072"$/],
    ['TCP memory', sending, { tcpMemoryMaxPages: 6_000, pageBytes: 16_384 }, 3_000, /tcp_mem/],
    ['conntrack', {}, { conntrackMax: 9_000, conntrackEntries: 1_000 }, 8_000, /nf_conntrack_max=32768$/],
    ['link', { ...sending, ...apart }, { links: gigabit }, 11_007, /^have less sent/],
    [
      'link',
      { ...sending, ...apart },
      { links: [{ name: 'eth1', megabitsPerSecond: 10_000 }, ...gigabit] },
      11_007,
      /less/,
    ],
    ['link', { ...sending, ...apart, linkMegabitsPerSecond: 100 }, { links: gigabit }, 1_100, /^have less sent/],
    [
      'link',
      { ...sending, ...apart, config: { ...config, intervalMilliseconds: 500 } },
      { links: gigabit },
      5_503,
      /less/,
    ],
    // The server's carries all, however many machines they come from.
    ['link', { ...sending, ...apart, fleetPlaces: 3 }, { links: gigabit }, 11_007, /^have less sent/],
  ];

describe('clients that a limit of the server allows', () => {
  for (const [name, changes, limits, maxClients, remedy] of table) {
    test(`${name}: ${JSON.stringify({ ...changes, ...limits }).slice(0, 90)}`, () => {
      const ceiling = ceilingOf(ceilings(plan(changes, limits)), name);
      assert.equal(ceiling.maxClients, maxClients);
      assert.match(ceiling.remedy, remedy);
    });
  }
});

/** 28,232 ports from 32768 to 60999, and what is done about them. */
const ports: [changes: Partial<Plan>, clients: number, maxClients: number, remedy: RegExp][] = [
  [{ sourceAddresses: 1 }, 28_233, 28_232, /^sudo sysctl -w net.ipv4.ip_local_port_range="32767 61000"$/],
  [{ sourceAddresses: 1 }, 40_000, 28_232, /^sudo sysctl -w net.ipv4.ip_local_port_range="25536 65535"$/],
  [{ sourceAddresses: 1 }, 64_512, 28_232, /^sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"$/],
  [{ sourceAddresses: 1 }, 64_513, 28_232, /^ask for --ports 2, and widen .* to 1024 65535$/],
  [{ sourceAddresses: 1, ports: 2 }, 60_000, 56_464, /range="32768 62767"$/],
  [{ sourceAddresses: 3 }, 90_000, 84_696, /range="32768 62767"$/],
  // A bound address has each port once, however many the server listens on.
  [{ sourceAddresses: 3, ports: 4 }, 90_000, 84_696, /range="32768 62767"$/],
  [{ sourceAddresses: 2 }, 200_000, 56_464, /^ask for --clients-per-process 28232:/],
];

describe('ports of clients', () => {
  for (const [changes, clients, maxClients, remedy] of ports) {
    test(`${JSON.stringify(changes)}, ${clients} clients`, () => {
      const larger = plan({ ...changes, config: { ...config, ramp: { ...config.ramp, clients } } });
      const ceiling = ceilingOf(ceilings(larger), 'client ports', 'fleet');
      assert.equal(ceiling.maxClients, maxClients);
      assert.match(ceiling.remedy, remedy);
    });
  }
});

/** Of 25,000 clients at this place and two further ones a third is here, rounded up, and of one process. */
const shared = { ...apart, fleetPlaces: 3 };
const ofFleet: [name: string, changes: Partial<Plan>, limits: Partial<HostLimits>, needed: number, most: number][] = [
  ['client ports', { fleetPlaces: 3, sourceAddresses: 1 }, {}, 8_334, 84_696],
  // 22 descriptors of each process, and one of each client; 300 MB in use, 115 MB of the process, 45,000 bytes a client.
  ['fs.file-max', apart, { fileMax: 20_023 }, 25_000 + 3 * 22, 19_979],
  ['fs.file-max', shared, { fileMax: 20_023 }, 8_334 + 22, 59_937],
  ['descriptors', shared, { openFilesHard: 9_022 }, 8_334 + 22, 27_000],
  ['memory', shared, { memoryTotalBytes: 900e6, memoryAvailableBytes: 600e6 }, 790_030_000, 26_331],
  ['TCP memory', { ...sending, ...shared }, { tcpMemoryMaxPages: 6_000 }, 3 * 8_334, 6_000],
  ['conntrack', shared, { conntrackMax: 9_000, conntrackEntries: 1_000 }, 9_334, 24_000],
];

describe('what the fleet takes of this machine', () => {
  test('is of its link what its own part sends', () => {
    const slow = { ...roomyLimits, links: [{ name: 'eth0', megabitsPerSecond: 100 }] };
    const link = (fleetPlaces: number) =>
      ceilingOf(ceilings(plan({ ...sending, ...apart, fleetPlaces, fleet: slow }, { links: gigabit })), 'link')
        .maxClients;
    assert.deepEqual([1, 3, 10, 20].map(link), [1_100, 3_302, 11_007, 11_007]);
  });

  for (const [name, changes, limits, needed, most] of ofFleet) {
    test(`${name}: ${JSON.stringify({ ...changes, ...limits })}`, () => {
      const ceiling = ceilingOf(ceilings(plan(changes, limits)), name, 'fleet');
      assert.deepEqual([ceiling.needed, ceiling.maxClients], [needed, most]);
    });
  }
});

describe('descriptors of the fleet', () => {
  const perProcess = (openFilesHard: number) =>
    ceilingOf(ceilings(plan({}, { openFilesHard })), 'descriptors', 'fleet').maxClients;

  test('bound one process, of which there can be more', () => assert.equal(perProcess(10_022), mostClients));
  test('bound all when one process has too few', () => assert.equal(perProcess(10_021), 9_999));
});

describe('what does not bind', () => {
  const absent: [name: string, changes: Partial<Plan>, limits: Partial<HostLimits>][] = [
    ['RLIMIT_NPROC', {}, { processesHard: 100, isRoot: true }],
    ['TCP memory', {}, { tcpMemoryMaxPages: 1 }],
    ['link', { ...sending }, { links: gigabit }],
    ['link', { ...apart }, { links: gigabit }],
    ['link', { ...sending, ...apart }, { links: [{ name: 'wlan0' }] }],
    ['--max-threads', {}, {}],
    ['cgroup memory', {}, {}],
    ['conntrack', {}, {}],
  ];
  for (const [name, changes, limits] of absent) {
    test(`${name}: ${JSON.stringify({ ...changes, ...limits })}`, () => {
      assert.ok(!ceilings(plan(changes, limits)).ceilings.some((ceiling) => ceiling.name === name));
    });
  }

  test('is a soft limit below the hard one, which Node raises itself', () => {
    assert.equal(ceilingOf(ceilings(plan({}, { openFilesSoft: 1_024 })), 'descriptors').maxClients, 999_977);
  });

  test('is the limit of a number of threads for a server without them', () => {
    assert.equal(ceilingOf(ceilings(plan(apart, { threadsMax: 300 })), 'kernel.threads-max').maxClients, mostClients);
  });

  test('is anything beyond what a plan may ask for', () => {
    assert.equal(configSchema.shape.ramp.shape.clients.maxValue, mostClients);
  });
});

describe('sentences on a plan', () => {
  test('name what binds first, what would bind then, and the way out of each', () => {
    const limits = { openFilesHard: 20_000, maxMapCount: 2_000 };
    assert.deepEqual(warnings(ceilings(plan({}, limits))), [
      "async: 25,000 silent clients are planned, but the server's vm.max_map_count (2,000) will bind at about 12,253: sudo sysctl -w vm.max_map_count=4096",
      "async: beyond that, the server's descriptors (20,000) will bind at about 19,977 silent clients: sudo prlimit --pid $$ --nofile=32768:32768",
    ]);
  });

  test('say of a server that was never measured which ceilings rest on a guess: not those that are the same for all', () => {
    const guessed = { contender: 'never-measured', ...apart };
    const limits = { openFilesHard: 20_000, conntrackMax: 2_000 };
    const result = ceilings(plan(guessed, limits));
    const guess = ' (a guess: this server was never measured, so what async takes stands in)';
    assert.deepEqual(
      warnings(result).map((sentence) => sentence.replace(/: (sudo|echo) .*/, '')),
      [
        "never-measured: 25,000 silent clients are planned, but the server's conntrack (2,000) will bind at about 2,000",
        `never-measured: beyond that, the server's descriptors (20,000) will bind at about 19,977 silent clients${guess}`,
        "never-measured: beyond that, the fleet's conntrack (2,000) will bind at about 2,000 silent clients",
      ],
    );
    const { isGuess: _, ...measured } = ceilingOf(result, 'memory');
    assert.deepEqual(measured, ceilingOf(ceilings(plan(apart, limits)), 'memory'));
  });

  test('are none when nothing is in its way', () => {
    const result = ceilings(plan());
    assert.deepEqual(warnings(result), []);
    assert.ok(result.fits);
  });

  const advised: [limits: Partial<HostLimits>, sentence: RegExp][] = [
    [{ somaxconn: 128 }, /^the server's net.core.somaxconn is 128: .*: sudo sysctl -w net.core.somaxconn=4096$/],
    [{ synBacklog: 512 }, /^the server's net.ipv4.tcp_max_syn_backlog is 512: .*=4096$/],
    [{ overcommitMemory: 2 }, /^the server's vm.overcommit_memory is 2: .*: sudo sysctl -w vm.overcommit_memory=0$/],
  ];
  for (const [limits, sentence] of advised) {
    test(`advise against ${JSON.stringify(limits)}, which bounds nothing`, () => {
      const result = ceilings(plan({}, limits));
      assert.ok(result.fits);
      const [only, ...more] = warnings(result);
      assert.match(only ?? '', sentence);
      assert.deepEqual(more, []);
    });
  }

  test('advise each of two machines on its own', () => {
    const sentences = warnings(ceilings(plan(apart, { overcommitMemory: 2, somaxconn: 1_024 })));
    assert.deepEqual(
      sentences.map((sentence) => sentence.split(' is ')[0]),
      ["the server's vm.overcommit_memory", "the fleet's vm.overcommit_memory"],
    );
  });
});

const amounts: [value: number, unit: Ceiling['unit'], text: string][] = [
  [25_276_510_208, 'bytes', '25.3 GB'],
  [140_737_488_355_328, 'bytes', '141 TB'],
  [941_000_000, 'bit/s', '941 Mbit/s'],
  [512, 'bytes', '512 B'],
  [0, 'bytes', '0'],
  [575_802, 'pages', '575,802'],
  [65_530, 'each', '65,530'],
];
for (const [value, unit, text] of amounts) {
  test(`${value} ${unit} are shown as ${text}`, () => assert.equal(formatAmount(value, unit), text));
}
