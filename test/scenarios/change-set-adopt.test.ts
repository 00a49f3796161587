import { join } from 'node:path';
import t from 'tap';
import { startGithub } from '../helpers/forge/github.ts';
import { githubWorld } from '../helpers/forge/github-world.ts';
import { complaint, writerOf } from '../helpers/world/story.ts';

const TOKEN = 'ghp_0123456789secret';
const BRANCH = 'alice-metrics';

t.test('pull requests that were opened by hand become a change set', async (t) => {
  const hub = await startGithub(t, { [TOKEN]: 'eric' });
  const { box, aperture, fungal, realm, env } = await githubWorld(t, hub.url, TOKEN);
  const [provider, consumer] = ['aperture', 'fungal-image-analysis'].map((name) =>
    hub.add(`org/${name}`, { bare: box.path('remotes', `${name}.git`) }),
  );
  if (provider === undefined || consumer === undefined) throw new Error('there are no repositories');
  const paths = aperture.read('models/training/s3_paths.py');
  const stack = fungal.read('cdk/training_tools_access_stack.py');
  const manifest = 'f"{BUCKET_ARN}/jobs/*/*/manifest.json"';
  for (const [repo, file, text] of [
    [aperture, 'models/training/s3_paths.py', `${paths}\n\n${writerOf('metrics').replace(/^from.*\n+/, '')}`],
    [
      fungal,
      'cdk/training_tools_access_stack.py',
      stack.replace(manifest, `${manifest}, f"{BUCKET_ARN}/metrics/*"`),
    ],
  ] as const) {
    await repo.git('switch', '-q', '-c', BRANCH);
    box.write(join(repo.path, file), text);
    await repo.git('commit', '-qam', 'metrics', '--no-verify');
    await repo.git('push', '-q', 'origin', BRANCH);
    await repo.git('switch', '-q', 'main');
  }
  const open = async (name: string, head: string, title: string) => {
    const made = await fetch(`${hub.url}/repos/org/${name}/pulls`, {
      method: 'POST',
      headers: { authorization: `token ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title, head, base: 'main', body: 'Written by Alice.\n' }),
    });
    t.equal(made.status, 201);
  };
  await open('aperture', BRANCH, 'Export metrics');
  await open('fungal-image-analysis', BRANCH, 'Grant metrics');

  const cwd = aperture.path;
  const pages = ['https://ghe.example/org/aperture/pull/1', 'fungal-image-analysis#1'];
  const tip = await realm.tip();
  const plan = await box.realm(['pr', 'adopt', '-n', ...pages], { cwd, env });
  t.match(
    plan.stdout,
    /change set alice-metrics\nwould adopt aperture#1: Export metrics\nwould adopt fungal/,
  );
  t.equal(await realm.tip(), tip, 'a dry run writes nothing');

  const done = await box.realm(['pr', 'adopt', ...pages], { cwd, env });
  t.match(done.stdout, /adopted aperture#1: Export metrics/);
  t.match(await realm.yaml(`worktrees/${BRANCH}.yaml`), {
    repos: [{ name: 'aperture' }, { name: 'fungal-image-analysis' }],
    prs: [
      { repo: 'fungal-image-analysis', number: 1 },
      { repo: 'aperture', number: 1, blocked_by: [/fungal-image-analysis/] },
    ],
  });
  t.match(provider.items, [
    { title: 'Export metrics', body: /^Written by Alice\.\n.*fungal-image-analysis\/pull\/1/s },
  ]);
  t.match(consumer.items, [{ title: 'Grant metrics', body: /^Written by Alice\.\n/ }]);
  t.equal(provider.items.length + consumer.items.length, 2, 'no pull request is opened');

  const { length } = hub.writes();
  await box.realm(['pr', 'adopt', '--json', ...pages], { cwd, env });
  t.equal(hub.writes().length, length, 'adopted once');
  await box.realm(['pr', 'merge'], { cwd: box.path('aperture/.worktrees', BRANCH), env });
  t.ok(provider.items[0]?.mergedAs && consumer.items[0]?.mergedAs, 'and merged in order');

  const refuses = async (words: string[], code: number, message: RegExp) => {
    const ran = await box.realm(['pr', 'adopt', ...words], { cwd, env, expect: code });
    t.match(complaint(ran).message, message);
  };
  await refuses(pages, 1, /aperture#1 is merged/);
  await refuses(['https://ghe.example/org/strange/pull/1'], 128, /no repo of this realm is at/);
  await refuses(['https://other.example/org/aperture/pull/1'], 128, /no repo of this realm is at/);
  await refuses(['aperture'], 129, /'aperture' is not the address of a pull request/);
  await refuses(['aperture#1', 'aperture#2'], 129, /one pull request per repo/);
  for (const [repo, branch] of [
    [aperture, 'one'],
    [fungal, 'two'],
  ] as const) {
    const oid = await repo.git('commit-tree', '-p', 'main', '-m', 'x', 'main^{tree}');
    await repo.git('push', '-q', 'origin', `${oid}:refs/heads/${branch}`);
  }
  await open('aperture', 'one', 'x');
  await open('fungal-image-analysis', 'two', 'y');
  await refuses(['aperture#2', 'fungal-image-analysis#2'], 1, /'one' and fungal-image-analysis#2 has 'two'/);
});
