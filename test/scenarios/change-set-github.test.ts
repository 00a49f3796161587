import { join } from 'node:path';
import t from 'tap';
import { startGithub } from '../helpers/github.ts';
import { letemcook } from '../helpers/story.ts';

const TOKEN = 'ghp_0123456789secret';

t.test('one repo on GitHub Enterprise, one on a bare remote: the same change set', async (test) => {
  const hub = await startGithub(TOKEN);
  test.teardown(() => hub.close());
  const { box, realm, aperture } = await letemcook(test);
  // The remote's URL is the forge's; git itself is sent to the bare repository behind it.
  await aperture.git('remote', 'set-url', 'origin', 'https://ghe.example/org/aperture.git');
  await aperture.git('config', `url.${box.path('remotes')}/.insteadOf`, 'https://ghe.example/org/');
  await aperture.git('config', 'realm.githubHost', `ghe.example=${hub.url}`);
  const env = { GH_ENTERPRISE_TOKEN: TOKEN };
  await box.realm(['worktree', '--rfc', 'x'], { cwd: aperture.path });
  const a = join(aperture.path, '.worktrees', 'feat-x');
  box.write(join(a, 'x.txt'), 'x');
  box.write(box.path('fungal-image-analysis', '.worktrees', 'feat-x', 'x.txt'), 'x');
  await box.realm(['commit', '-m', 'x'], { cwd: a });
  await box.realm(['push'], { cwd: a });
  const head = await aperture.git('rev-parse', 'feat/x');
  hub.branches.set('feat/x', head);

  const login = await box.realm(['pr', '--title', 'x'], { cwd: a, expect: 128 });
  test.match(login.stderr, /no token for ghe\.example\nhint: gh auth login --hostname ghe\.example/);
  const first = await box.realm(['pr', '--title', 'x', '--body', 'by hand'], { cwd: a, env });
  test.match(first.stdout, /https:\/\/github\.example\/org\/aperture\/pull\/1/);
  test.match(hub.items, [{ title: 'x', head: 'feat/x', base: 'main', sha: head }]);
  test.match(hub.items[0]?.body, /^by hand\n\n<!-- git-realm:begin -->[\s\S]*fungal-image-analysis#1/);
  test.match(await realm.yaml('worktrees/feat-x.yaml'), {
    prs: [
      { repo: 'aperture', number: 1, url: 'https://github.example/org/aperture/pull/1' },
      { repo: 'fungal-image-analysis', number: 1, blocked_by: ['aperture#1'] },
    ],
  });
  const count = hub.asked.length;
  await box.realm(['pr', '--title', 'x'], { cwd: a, env });
  const later = hub.asked.slice(count).filter(({ method }) => method !== 'GET');
  test.same(later, [], 'run again it writes nothing');

  hub.mergeable = 'blocked';
  const held = await box.realm(['pr', 'merge'], { cwd: a, env, expect: 1 });
  test.match(held.stdout, /aperture#1 cannot be merged yet: a required review or check is missing/);
  test.match(await realm.yaml('forge/fungal-image-analysis/pulls/1.yaml'), { state: 'open' }, 'it waits');
  hub.mergeable = 'clean';
  await box.realm(['pr', 'merge'], { cwd: a, env });
  const merge = hub.asked.find(({ method }) => method === 'PUT');
  test.match(merge?.body, { sha: head }, 'pinned to what was looked at');
  test.match(await realm.yaml('forge/fungal-image-analysis/pulls/1.yaml'), { state: 'merged' });

  for (const folder of [realm.path, aperture.path, box.path('home')]) {
    const found = await box.run('grep', ['-rl', TOKEN, folder], { expect: 'any' });
    test.equal(found.stdout, '', 'the token is nowhere');
  }
  test.notMatch(first.stdout + first.stderr + held.stdout + held.stderr, TOKEN);
});
