import { join } from 'node:path';
import t from 'tap';
import { gitlabWorld } from '../helpers/forge/github-world.ts';
import { startGitlab } from '../helpers/forge/gitlab.ts';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';

const TOKEN = 'glpat-0123456789secret';

t.test('a change set on a self-managed GitLab, in a subgroup, over real pushes', async (test) => {
  const lab = await startGitlab(test, { [TOKEN]: 'eric', other: 'mara' });
  const world = await gitlabWorld(test, lab.url, TOKEN, { name: '-pushed', build: pushChange });
  const { box, realm, aperture, fungal, env } = world;
  const add = (name: string) => lab.add(`org/group/${name}`, { bare: box.path('remotes', `${name}.git`) });
  const [provider, consumer] = [add('aperture'), add('fungal-image-analysis')];
  for (const project of [provider, consumer]) project.rules.pipeline = true;
  const a = join(aperture.path, '.worktrees', 'feat-metrics');
  const [head, grant] = [await aperture.git('rev-parse', BRANCH), await fungal.git('rev-parse', BRANCH)];
  const printed: string[] = [];
  const realmIn = async (cwd: string, args: string[], expect = 0, given: Record<string, string> = env) => {
    const ran = await box.realm(args, { cwd, env: given, expect });
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };

  const login = await realmIn(a, ['pr', '--title', 'metrics'], 128, {});
  test.match(login.stderr, /no token for lab\.example\nhint: glab auth login --hostname lab\.example/);
  test.same(lab.asked, [], 'nothing was asked without one');

  // The token expires once the first of them is open.
  lab.trouble({
    method: 'POST',
    match: /aperture\/merge_requests$/,
    answer: 401,
    message: `401 Unauthorized ${TOKEN}`,
  });
  const cut = await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand', '--draft'], 1);
  test.match(cut.stdout + cut.stderr, /the token is no longer valid/);
  test.same([provider.requests.length, consumer.requests.length], [0, 1], 'what was done stays done');
  await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand', '--draft']);
  test.match(provider.requests, [
    { title: 'Draft: metrics', head: BRANCH, base: 'main', sha: head, state: 'opened' },
  ]);
  test.match(
    provider.requests[0]?.description,
    /^by hand\n\n<!-- git-realm:begin -->[\s\S]*fungal-image-analysis\/-\/merge_requests\/1/,
  );
  test.match(await realm.yaml('worktrees/feat-metrics.yaml'), {
    prs: [
      { repo: 'fungal-image-analysis', number: 1, blocked_by: [] },
      { repo: 'aperture', number: 1, blocked_by: ['fungal-image-analysis#1'] },
    ],
  });
  const written = lab.writes().length;
  await realmIn(a, ['pr', '--title', 'metrics']);
  test.equal(lab.writes().length, written, 'run again it writes nothing');

  const draft = await realmIn(a, ['pr', 'merge'], 1);
  test.match(draft.stdout, /fungal-image-analysis#1 cannot be merged yet: it is a draft/);
  await realmIn(a, ['pr', '--ready', '--label', 'metrics', '--reviewer', 'mara']);
  for (const { requests } of [provider, consumer])
    test.match(requests, [{ title: 'metrics', labels: ['metrics'], reviewers: [{ username: 'mara' }] }]);

  // The order is a job of the pipeline that must succeed: the button of the second one is blocked.
  test.match(consumer.jobs.get(grant), [{ name: 'git-realm/order', status: 'success' }]);
  test.match(provider.jobs.get(head), [
    { name: 'git-realm/order', status: 'pending', description: 'first merge fungal-image-analysis#1' },
  ]);
  const button = await fetch(
    `${lab.url}/projects/${encodeURIComponent(provider.path)}/merge_requests/1/merge`,
    {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: '{}',
    },
  );
  test.equal(button.status, 405);

  // A head that moves between the look and the merge: the server says so, and nothing is merged.
  const mains = [provider.refs.get('main'), consumer.refs.get('main')];
  lab.trouble({
    method: 'PUT',
    match: /merge$/,
    answer: 409,
    message: 'SHA does not match HEAD of source branch',
  });
  await realmIn(a, ['pr', 'merge'], 1);
  test.same([provider.refs.get('main'), consumer.refs.get('main')], mains);
  provider.rules.train = 3;
  const merged = await realmIn(a, ['pr', 'merge']);
  test.match(merged.stderr, /aperture#1: waiting: it is in the merge queue/);
  const merge = lab.asked.findLast(({ method, path }) => method === 'PUT' && /fungal.*merge$/.test(path));
  test.match(merge?.body, { sha: grant }, 'pinned to what was looked at');
  test.ok(provider.refs.has('main', head), 'the merge is in the repository behind it');
  test.ok(consumer.refs.has('main', grant));

  // The merged need is published: the consumer is told on its own forge.
  await aperture.git('pull', '-q');
  await realmIn(aperture.path, ['sync']);
  test.match(consumer.issues, [
    { title: /s3-access\/s3-permissions 1\.1\.0/, labels: ['git-realm'], state: 'opened' },
  ]);
  await fungal.git('pull', '-q');
  await realmIn(fungal.path, ['sync']);
  test.match(consumer.issues, [{ state: 'closed', notes: [{ body: /Resolved/ }] }]);

  test.ok(lab.asked.every(({ token }) => token === TOKEN || token === ''));
  const folders = [realm.path, aperture.path, fungal.path, box.path('home'), box.path('run')];
  const found = await box.run('grep', ['-rl', TOKEN, ...folders], { expect: 'any' });
  test.equal(found.stdout, '', 'the token is in no file');
  test.notMatch(printed.join('\n'), TOKEN);
});
