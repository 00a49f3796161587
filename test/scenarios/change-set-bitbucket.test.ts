import { join } from 'node:path';
import t from 'tap';
import { startBitbucket } from '../helpers/forge/bitbucket.ts';
import { bitbucketWorld } from '../helpers/forge/github-world.ts';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';

const TOKEN = 'ATCTT0123456789secret';

t.test('a change set on Bitbucket Cloud, over real pushes', async (test) => {
  const bucket = await startBitbucket(test, { [TOKEN]: 'eric', other: 'mara' });
  const world = await bitbucketWorld(test, bucket.url, TOKEN, { name: '-pushed', build: pushChange });
  const { box, realm, aperture, fungal, env } = world;
  const add = (name: string) => bucket.add(`org/${name}`, { bare: box.path('remotes', `${name}.git`) });
  const [provider, consumer] = [add('aperture'), add('fungal-image-analysis')];
  for (const repo of [provider, consumer]) repo.rules.builds = 1;
  const a = join(aperture.path, '.worktrees', 'feat-metrics');
  const [head, grant] = [await aperture.git('rev-parse', BRANCH), await fungal.git('rev-parse', BRANCH)];
  const printed: string[] = [];
  const realmIn = async (cwd: string, args: string[], expect = 0, given: Record<string, string> = env) => {
    const ran = await box.realm(args, { cwd, env: given, expect });
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };

  const login = await realmIn(a, ['pr', '--title', 'metrics'], 128, {});
  test.match(login.stderr, /no token for bitbucket\.org\nhint: set BITBUCKET_TOKEN/);
  test.same(bucket.asked, [], 'nothing was asked without one');
  await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand', '--draft']);
  test.match(provider.pulls, [{ title: 'metrics', draft: true, head: BRANCH, sha: head, state: 'OPEN' }]);
  const link = /^by hand\n\n<!-- git-realm:begin -->[\s\S]*fungal-image-analysis\/pull-requests\/1/;
  test.match(provider.pulls[0]?.description, link);
  const written = bucket.writes().length;
  await realmIn(a, ['pr', '--title', 'metrics']);
  test.equal(bucket.writes().length, written, 'run again it writes nothing');

  const draft = await realmIn(a, ['pr', 'merge'], 1);
  test.match(draft.stdout, /fungal-image-analysis#1 cannot be merged yet: it is a draft/);
  await realmIn(a, ['pr', '--ready', '--reviewer', 'mara']);
  for (const { pulls } of [provider, consumer]) test.match(pulls, [{ draft: false, reviewers: ['mara'] }]);
  test.match(consumer.statuses.get(grant), [{ key: 'git-realm/order', state: 'SUCCESSFUL' }]);
  test.match(provider.statuses.get(head), [
    { key: 'git-realm/order', state: 'INPROGRESS', description: 'first merge fungal-image-analysis#1' },
  ]);
  const button = await fetch(`${bucket.url}/repositories/org/aperture/pullrequests/1/merge`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: '{}',
  });
  test.equal(button.status, 400, 'its own button is blocked');

  await realmIn(a, ['pr', 'merge']);
  test.ok(provider.refs.has('main', head), 'the merge is in the repository behind it');
  test.ok(consumer.refs.has('main', grant));
  const merges = bucket.writes().filter((line) => line.endsWith('/merge'));
  test.match(merges.slice(1), [/fungal-image-analysis/, /aperture/], 'in order');
  const again = bucket.writes().length;

  // Not every repository there has issues: the notice is a record in the realm.
  await aperture.git('pull', '-q');
  await realmIn(aperture.path, ['sync']);
  test.equal(bucket.writes().length, again, 'no issue was opened there');
  test.match(await realm.yaml('forge/fungal-image-analysis/issues/1.yaml'), { state: 'open' });
  await fungal.git('pull', '-q');
  await realmIn(fungal.path, ['sync']);
  test.match(await realm.yaml('forge/fungal-image-analysis/issues/1.yaml'), { state: 'closed' });

  const folders = [realm.path, aperture.path, fungal.path, box.path('home'), box.path('run')];
  const found = await box.run('grep', ['-rl', TOKEN, ...folders], { expect: 'any' });
  test.equal(found.stdout, '', 'the token is in no file');
  test.notMatch(printed.join('\n'), TOKEN);
});
