import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Context } from '../../../lib/actions/open/context.ts';
import { mayWrite } from '../../../lib/actions/share/consent.ts';
import { readConfig } from '../../../lib/git/config.ts';
import { discover } from '../../../lib/git/repository.ts';
import { startGithub } from '../../helpers/forge/github.ts';
import { githubWorld } from '../../helpers/forge/github-world.ts';
import { sandbox } from '../../helpers/world/cli.ts';
import { makeRepo } from '../../helpers/world/repo.ts';

const linux = { host: 'github.com', owner: 'Torvalds', repo: 'linux', api: 'https://api.github.com' };
const SETTING = 'realm.github.com/torvalds/linux.forgeWrite';

/** A user in a repository of theirs, who answers what they are asked. */
async function user(test: Test, says: boolean | null) {
  const box = sandbox(test);
  const own = await makeRepo(box, 'own', { tree: { a: '1' } });
  const other = await makeRepo(box, 'other', { tree: { a: '1' } });
  box.write(
    join(box.env.HOME ?? '', '.blue', 'index.yaml'),
    `realms:\n- name: r\n  checkouts: { other: ${other.path}, gone: ${box.path('gone')} }\n`,
  );
  const questions: string[] = [];
  const may = async (address = linux) => {
    const repo = await discover(own.path, { env: box.env });
    const context = {
      cwd: own.path,
      env: box.env,
      ask: async (question: string) => {
        questions.push(question);
        return says ?? false;
      },
      canAsk: () => says !== null,
    } as unknown as Context;
    const config = await readConfig(repo);
    // The second one asks while the first is not answered.
    const answers = await Promise.allSettled([
      mayWrite(context, address, config),
      mayWrite(context, address, config),
    ]);
    const [first] = answers;
    return first?.status === 'rejected' ? first.reason : 'yes';
  };
  const remote = (repo: typeof own, url: string) => repo.git('remote', 'set-url', 'origin', url);
  const setting = async () =>
    (await box.git(['config', '--global', '--get', SETTING], { expect: 'any' })).stdout.trim();
  return { box, own, other, may, remote, questions, setting };
}

t.test('what a remote of some checkout names needs no word, however it is written', async (t) => {
  const { box, own, other, may, remote, questions } = await user(t, null);
  t.match(await may(), { code: 'forge-write-unasked', exitCode: 128 });
  for (const repo of [own, other])
    for (const url of [
      'https://github.com/torvalds/linux.git',
      'git@github.com:TORVALDS/linux',
      'ssh://git@ssh.github.com:443/torvalds/linux.git',
      'gh:torvalds/linux',
    ]) {
      if (url.startsWith('gh:'))
        await box.git(['config', '--global', 'url.https://github.com/.insteadOf', 'gh:']);
      await remote(repo, url);
      t.equal(await may(), 'yes', url);
      await remote(repo, box.path('elsewhere'));
    }
  await other.git('config', 'remote.up.url', box.path('elsewhere'));
  await other.git('config', 'remote.up.pushurl', 'https://github.com/torvalds/linux');
  t.equal(await may(), 'yes', 'a remote that is only pushed to');
  t.same(questions, []);
});

t.test('the repository that git goes to decides, not the one that is written', async (t) => {
  const { box, other, may, remote } = await user(t, null);
  await remote(other, 'https://github.com/torvalds/linux');
  t.equal(await may(), 'yes');
  await box.git([
    'config',
    '--global',
    'url.https://github.com/mirror/.insteadOf',
    'https://github.com/torvalds/',
  ]);
  t.match(await may(), { code: 'forge-write-unasked' });
  t.equal(await may({ ...linux, owner: 'mirror' }), 'yes');
});

t.test('an alias of ssh is the host behind it', async (t) => {
  const { box, other, may, remote } = await user(t, null);
  const bin = box.path('bin');
  mkdirSync(bin, { recursive: true });
  box.write(join(bin, 'ssh'), '#!/bin/sh\n[ "$1 $2" = "-G work" ] && echo hostname github.com\n');
  chmodSync(join(bin, 'ssh'), 0o755);
  box.env.PATH = `${bin}:${box.env.PATH}`;
  await remote(other, 'work:torvalds/linux.git');
  t.equal(await may(), 'yes');
  await remote(other, 'else:torvalds/linux.git');
  t.match(await may(), { code: 'forge-write-unasked' });
});

t.test('asked once, and remembered where only the user writes', async (t) => {
  for (const says of [true, false]) {
    const { own, may, questions, setting } = await user(t, says);
    await own.git('config', SETTING, String(!says));
    const answer = says
      ? 'yes'
      : { code: 'forge-write-denied', exitCode: 128, hint: `git config --global ${SETTING} true` };
    t.match(await may(), answer);
    t.match(await may(), answer);
    t.same(questions.length, 1, 'a setting of the repository is nobody’s word, and one question is enough');
    t.match(questions[0], /github\.com\/torvalds\/linux, which is not a remote of any of your checkouts\?$/);
    t.equal(await setting(), String(says));
  }
});

t.test('where nobody can be asked, nothing is written, and the command that allows it works', async (t) => {
  const { box, may, setting } = await user(t, null);
  const refused = await may();
  t.match(refused, {
    code: 'forge-write-unasked',
    message: /nothing is written with your token to github\.com\/torvalds/,
  });
  t.equal(await setting(), '', 'no answer is remembered');
  await box.git(refused.hint.split(' ').slice(1));
  t.equal(await may(), 'yes');
});

t.test('sync opens no issue where a stranger registered, and says what allows it', async (t) => {
  const hub = await startGithub(t, { secret: 'eric' });
  const { box, realm, aperture, env } = await githubWorld(t, hub.url, 'secret');
  for (const name of ['aperture', 'fungal-image-analysis', 'victim']) hub.add(`org/${name}`);
  box.write(
    join(realm.path, 'repos', 'mole.yaml'),
    'name: mole\nmaintainers: [mole@example.com]\nurl: https://ghe.example/org/victim.git\n',
  );
  box.write(
    join(realm.path, 'domains', 's3-access', 'bindings', 'mole.yaml'),
    'repo: mole\nrole: consumer\nimports: [{ contract: s3-permissions, version: ">=1.0.0", resolved_version: "0.9.0" }]\n',
  );
  await realm.git('add', '-A');
  await realm.git('commit', '--no-verify', '-qm', 'mole');
  const ran = await box.realm(['sync'], { cwd: aperture.path, env });
  t.match(
    ran.stderr,
    /^mole was not notified: nothing is written .*org\/victim.* \(git config --global realm\.ghe\.example\/org\/victim\.forgeWrite true\)$/m,
  );
  t.same(
    hub.asked.filter(({ path }) => path.includes('victim')),
    [],
    'nothing is asked there either',
  );
  await box.git(['config', '--global', 'realm.ghe.example/org/victim.forgeWrite', 'true']);
  await box.realm(['sync'], { cwd: aperture.path, env });
  t.same(hub.writes(), ['POST /repos/org/victim/issues']);
});
