import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runBench, startBench } from '../testing/run-bench.ts';

const text = (lines: string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

/** Every option, with what the help says of its default. */
const options = {
  profile: /--profile <name> .*?\(default: quick\) \(choices: "smoke", "quick", "full"\)/,
  contenders: /--contenders <names> .*?\(default: blocking,async\)/,
  only: /--only <phases> .*?\(default: build,calibration,memory,connected,sending,arrivals,https\)/,
  clients: /--clients <number> .*?\(default: smoke \d+, quick \d+, full 25000\)/,
  memoryClients: /--memory-clients <number> .*?\(default: smoke \d+, quick 100, full 100\)/,
  intervalMs: /--interval-ms <ms> .*?\(default: smoke \d+, quick 1000, full 1000\)/,
  messageBytes: /--message-bytes <bytes> .*?\(default: 10240\)/,
  trials: /--trials <number> .*?\(default: smoke \d+, quick \d+, full \d+\)/,
  seed: /--seed <number> .*?\(default: drawn anew, and recorded\)/,
  coolDownS: /--cool-down-s <seconds> .*?\(default: smoke \d+, quick \d+, full \d+\)/,
  margin: /--margin <share> .*?\(default: 0\.05\)/,
  cipher: /--cipher <name> .*?\(default: by the CPU: AES-128-GCM .* ChaCha20\)/,
  bracket: /--bracket <share> .*?\(default: smoke 0\.\d+, quick 0\.\d+, full 0\.\d+\)/,
  limitS: /--limit-s <seconds> .*?\(default: smoke \d+, quick \d+, full \d+, or longer .*?\)/,
  minParsed: /--min-parsed <share> .*?\(default: 0\.99\)/,
  maxP99Intervals: /--max-p99-intervals <number> .*?\(default: 1\)/,
  maxLateness: /--max-lateness <share> .*?\(default: 0\.05\)/,
  maxFleetBusy: /--max-fleet-busy <share> .*?\(default: 0\.9\)/,
  memoryGuard: /--memory-guard <share> .*?\(default: 0\.1\)/,
  ports: /--ports <number> .*?\(default: one for every 14,000 clients\)/,
  backlog: /--backlog <number> .*?\(default: 4096\)/,
  linkMbit: /--link-mbit <number> speed of the link/,
  clientsPerProcess: /--clients-per-process <number> .*?\(default: 10000\)/,
  connectTimeoutS: /--connect-timeout-s <seconds> .*?\(default: 20\)/,
  rate: /--rate <number> .*?several times/,
  saturate: /--saturate .*?\(the default\)/,
  target: /--target <user@host> .*?\(default: this machine\)/,
  sshConfig: /--ssh-config <file> /,
  fleet: /--fleet <user@host> .*?several times/,
  serverMemoryMb: /--server-memory-mb <number> .*?\(default: no limit\)/,
  compileOnTarget: /--compile-on-target .*?\(default: on this machine\)/,
  clean: /--clean end the processes of the suite there and remove everything/,
  pin: /--pin give half of the cores/,
  resume: /--resume <folder> resume an unfinished run/,
  failIf: /--fail-if <threshold> .*?several times/,
  tune: /--tune .*?\(root\)/,
  results: /--results <directory> .*?\(default: results\)/,
  quiet: /--quiet no progress: on stderr nothing but warnings/,
  json: /--json print the path of summary\.json/,
};
const plan = [options.profile, options.contenders, options.clients, options.intervalMs, options.messageBytes];
const criteria = [options.minParsed, options.maxP99Intervals, options.maxLateness, options.maxFleetBusy];
const network = [options.ports, options.backlog, options.linkMbit, options.clientsPerProcess, options.connectTimeoutS];
const far = [options.target, options.sshConfig, options.fleet];
const statistics = [options.trials, options.seed, options.coolDownS, options.margin];
const { profile, contenders, cipher, memoryGuard, rate, pin, tune, results, json, quiet } = options;

const commands: [command: string, options: RegExp[]][] = [
  [
    'compare',
    [
      ...[
        ...plan,
        ...criteria,
        ...network,
        ...far,
        ...statistics,
        cipher,
        memoryGuard,
        rate,
        pin,
        tune,
        results,
        json,
        quiet,
      ],
      ...[options.only, options.memoryClients, options.bracket, options.limitS, options.resume],
      ...[options.serverMemoryMb, options.compileOnTarget],
    ],
  ],
  [
    'connect',
    [
      ...network,
      ...far,
      profile,
      contenders,
      rate,
      options.saturate,
      cipher,
      ...statistics,
      pin,
      tune,
      results,
      json,
      quiet,
    ],
  ],
  ['doctor', [...plan, ...network, ...far, cipher, memoryGuard, results, quiet]],
  ['self', [results, quiet]],
  ['diff', [options.failIf]],
  ['deploy', [options.sshConfig, options.clean, quiet]],
  ['deploy-status', [options.sshConfig, quiet]],
  ['deploy-restore', [options.sshConfig, quiet]],
];

describe('command line', { timeout: 60_000, concurrency: 2 }, () => {
  for (const [command, taken] of commands) {
    test(`${command} --help names every option that it takes with its default, and no other`, async () => {
      const { exitCode, stdout, stderr } = await runBench(command, '--help');
      assert.equal(exitCode, 0);
      assert.deepEqual(stderr, []);
      const help = text(stdout);
      for (const option of taken) assert.match(help, option);
      const named = [...help.matchAll(/ (--[a-z0-9-]+)[ ,]/g)].map((match) => match[1]);
      const expected = [...taken.map((option) => /--[a-z0-9-]+/.exec(option.source)?.[0]), '--help'];
      assert.deepEqual(named.toSorted(), expected.toSorted());
    });
  }

  test('--help of the whole names every command', async () => {
    const { exitCode, stdout } = await runBench('--help');
    assert.equal(exitCode, 0);
    for (const [command] of commands)
      assert.match(text(stdout), new RegExp(` ${command} \\[options\\] (<first> <second> |<user@host> )?\\w`));
  });

  const refused: [words: string[], sentence: RegExp][] = [
    [['compare', '--nonsense'], /unknown option '--nonsense'/],
    [['compare', '--jsn'], /unknown option '--jsn'.*--json/],
    [['compare', '--profile', 'slow'], /--profile.*'slow'.*smoke, quick, full/],
    [['compare', '--clients'], /--clients <number>' argument missing/],
    [['compare', '--clients', 'many'], /^--clients takes a whole number from 1 to \d+, not "many"$/],
    [['compare', '--trials', '0'], /^--trials takes a whole number from 1 to 100, not "0"$/],
    [['compare', '--cipher', 'RC4'], /^--cipher takes .*, not "RC4"$/],
    [['compare', '--contenders', 'async,async,async,async,async'], /names 5 servers: one run compares at most 4$/],
    [['compare', '--memory-clients', '50000'], /is more than the 30000 threads allowed: ask for fewer$/],
    [['compare', 'more'], /too many arguments/],
    [['compare', '--only', 'ramp'], /^--only takes names of build, .*, not "ramp"$/],
    [['compare', '--max-lateness', '2'], /^--max-lateness takes a number from 0 to 1, not "2"$/],
    [['compare', '--saturate'], /unknown option '--saturate'/],
    [['connect', '--rate', '5', '--rate', 'fast'], /^--rate takes a number from 0\.1 to 100000, not "fast"$/],
    [['connect', '--rate', '5', '--saturate'], /^--rate and --saturate exclude each other: name rates, or let them/],
    [['connect', '--only', 'memory'], /unknown option '--only'/],
    [['doctor', '--ports', '0'], /^--ports takes a whole number from 1 to \d+, not "0"$/],
    [['self', '--clients', '5'], /unknown option '--clients'/],
    [['compete'], /unknown command 'compete'.*compare/],
  ];
  for (const [words, sentence] of refused) {
    test(`refuses "${words.join(' ')}" with one sentence`, async () => {
      await using bench = await startBench(...words);
      assert.equal(await bench.ended, 2);
      assert.equal(bench.stderr.length, 1, bench.stderr.join('\n'));
      assert.match(bench.stderr[0] ?? '', sentence);
      assert.deepEqual(bench.stdout, []);
    });
  }

  test('without a command shows the usage', async () => {
    const { exitCode, stderr } = await runBench();
    assert.equal(exitCode, 2);
    assert.match(text(stderr), /^Usage: bench .* compare .* connect .* doctor .* self /);
  });

  test('says in one sentence where results cannot be written', async () => {
    // A file of this folder is no folder.
    await using bench = await startBench('compare', '--profile', 'smoke', '--results', import.meta.filename);
    assert.equal(await bench.ended, 1);
    assert.equal(bench.stderr.length, 1, bench.stderr.join('\n'));
    assert.match(bench.stderr[0] ?? '', /^results cannot be written to .*: choose another folder with --results$/);
  });
});
