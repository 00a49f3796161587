import { join } from 'node:path';
import t from 'tap';
import { startGitea } from '../helpers/forge/gitea.ts';
import { giteaWorld } from '../helpers/forge/github-world.ts';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';

const TOKEN = 'gto_0123456789secret';

t.test('a change set on a self-hosted Forgejo, over real pushes', async (test) => {
  const tea = await startGitea(test, { [TOKEN]: 'eric', other: 'mara' });
  const world = await giteaWorld(test, tea.url, TOKEN, { name: '-pushed', build: pushChange });
  const { box, realm, aperture, fungal, env } = world;
  const add = (name: string) => tea.add(`org/${name}`, { bare: box.path('remotes', `${name}.git`) });
  const [provider, consumer] = [add('aperture'), add('fungal-image-analysis')];
  for (const repo of [provider, consumer]) repo.rules.checks = ['git-realm/*'];
  const a = join(aperture.path, '.worktrees', 'feat-metrics');
  const [head, grant] = [await aperture.git('rev-parse', BRANCH), await fungal.git('rev-parse', BRANCH)];
  const printed: string[] = [];
  const realmIn = async (cwd: string, args: string[], expect = 0, given: Record<string, string> = env) => {
    const ran = await box.realm(args, { cwd, env: given, expect });
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };

  const login = await realmIn(a, ['pr', '--title', 'metrics'], 128, {});
  test.match(login.stderr, /no token for tea\.example\nhint: tea login add --url https:\/\/tea\.example/);
  test.same(tea.asked, [], 'nothing was asked without one');

  // The token expires once the first of them is open.
  tea.trouble({ method: 'POST', match: /aperture\/pulls$/, answer: 401, message: `invalid token ${TOKEN}` });
  const cut = await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand', '--draft'], 1);
  test.match(cut.stdout + cut.stderr, /the token is no longer valid/);
  test.same([provider.items.length, consumer.items.length], [0, 1], 'what was done stays done');
  await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand', '--draft']);
  test.match(provider.items, [
    { title: 'WIP: metrics', state: 'open', pull: { head: BRANCH, base: 'main', sha: head } },
  ]);
  test.match(
    provider.items[0]?.body,
    /^by hand\n\n<!-- git-realm:begin -->[\s\S]*fungal-image-analysis\/pulls\/1/,
  );
  test.match(await realm.yaml('worktrees/feat-metrics.yaml'), {
    prs: [
      { repo: 'fungal-image-analysis', number: 1, blocked_by: [] },
      { repo: 'aperture', number: 1, blocked_by: ['fungal-image-analysis#1'] },
    ],
  });
  const written = tea.writes().length;
  await realmIn(a, ['pr', '--title', 'metrics']);
  test.equal(tea.writes().length, written, 'run again it writes nothing');

  const draft = await realmIn(a, ['pr', 'merge'], 1);
  test.match(draft.stdout, /fungal-image-analysis#1 cannot be merged yet: it is a draft/);
  await realmIn(a, ['pr', '--ready', '--label', 'metrics', '--reviewer', 'mara']);
  for (const { items } of [provider, consumer])
    test.match(items, [{ title: 'metrics', labels: ['metrics'], pull: { reviewers: ['mara'] } }]);

  // The status is required by the rules of the branch: the button of the second one is blocked.
  test.match(consumer.statuses.get(grant), [{ context: 'git-realm/order', status: 'success' }]);
  test.match(provider.statuses.get(head), [
    { context: 'git-realm/order', status: 'pending', description: 'first merge fungal-image-analysis#1' },
  ]);
  const button = await fetch(`${tea.url}/repos/org/aperture/pulls/1/merge`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: '{"Do":"merge"}',
  });
  test.equal(button.status, 405);

  // A head that moves between the look and the merge: the server says so, and nothing is merged.
  const mains = [provider.refs.get('main'), consumer.refs.get('main')];
  tea.trouble({ method: 'POST', match: /merge$/, answer: 409, message: 'head out of date' });
  const moved = await realmIn(a, ['pr', 'merge'], 1);
  test.match(moved.stdout, /it has changed in the meantime, or conflicts: head out of date/);
  test.same([provider.refs.get('main'), consumer.refs.get('main')], mains);
  // A branch that takes nothing else than squashed commits.
  consumer.rules.style = 'squash';
  await realmIn(a, ['pr', 'merge']);
  const merge = tea.asked.findLast(({ method, path }) => method === 'POST' && /fungal.*merge$/.test(path));
  test.same(merge?.body, { Do: 'squash', head_commit_id: grant }, 'pinned to what was looked at');
  test.ok(provider.refs.has('main', head), 'the merge is in the repository behind it');
  test.ok(consumer.refs.has('main', grant));

  // The merged need is published: the consumer is told on its own forge.
  await aperture.git('pull', '-q');
  await realmIn(aperture.path, ['sync']);
  const issues = () => consumer.items.filter(({ pull }) => pull === null);
  test.match(issues(), [
    { title: /s3-access\/s3-permissions 1\.1\.0/, labels: ['git-realm'], state: 'open' },
  ]);
  await fungal.git('pull', '-q');
  await realmIn(fungal.path, ['sync']);
  test.match(issues(), [{ state: 'closed', comments: [{ body: /Resolved/ }] }]);

  test.ok(tea.asked.every(({ token }) => token === TOKEN || token === ''));
  const folders = [realm.path, aperture.path, fungal.path, box.path('home'), box.path('run')];
  const found = await box.run('grep', ['-rl', TOKEN, ...folders], { expect: 'any' });
  test.equal(found.stdout, '', 'the token is in no file');
  test.notMatch(printed.join('\n'), TOKEN);
});
