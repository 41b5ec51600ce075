import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { held } from '../causes/pause.ts';
import { assertStop, provoke } from '../causes/provoke.ts';

/**
 * Causes that would harm other programs and so need a virtual machine. LAB names a folder with a `vm.sh` that starts and
 * stops one. ssh reaches it from a network namespace of the same name; see `npm run test:lab` in the README.
 */
const lab = process.env.LAB;
const name = 'rig-lab';
/** Little memory, so that it is used up soon. */
const environment = { ...process.env, RIG_ARCH: 'amd64', RIG_ACCEL: 'uml', RIG_NAME: name, RIG_MEM: '600' };
const sshConfig = join(process.env.RIG_DIR ?? join(homedir(), '.cache', 'pi-lab'), `run-${name}`, 'ssh_config');
const skip = lab === undefined && 'LAB names no folder with a vm.sh';

function vm(...words: ['start' | 'stop'] | ['ssh', string]): void {
  const { status, stderr } = spawnSync(join(lab ?? '', 'vm.sh'), words, { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`vm.sh ${words.join(' ')}: ${stderr}`);
}

describe('a search on its own virtual machine', { skip }, () => {
  before(() => vm('start'));
  after(() => vm('stop'));

  test("names the kernel's killer for lack of memory", async () => {
    const stop = await provoke({
      search: ['async', 'connected', 400],
      startedBy: ['ip', 'netns', 'exec', name],
      options: ['--target', 'rig', '--ssh-config', sshConfig, '--memory-guard', '0', '--limit-s', '120'],
      harm: [
        held(100),
        async () => {
          // sysrq f makes the kernel choose a process to kill as when memory has run out, and it chooses the server. A small
          // machine takes long to really run out: it first drops the code of programs, and then reads it again and again.
          vm('ssh', 'echo f | sudo tee /proc/sysrq-trigger');
        },
      ],
    });
    assertStop(
      stop,
      'kernel OOM killer',
      /^the kernel's OOM killer killed the server at \d+ clients; a moment before it had/,
    );
  });

  test('names the guard where there is one', async () => {
    const stop = await provoke({
      search: ['blocking', 'connected', 200],
      startedBy: ['ip', 'netns', 'exec', name],
      options: ['--target', 'rig', '--ssh-config', sshConfig, '--memory-guard', '0.3', '--limit-s', '120'],
    });
    assertStop(stop, 'memory guard', /^the guard killed the server at \d+ clients with \d+ of [\d,]+ MB available/);
  });
});
