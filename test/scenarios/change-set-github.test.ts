import { renameSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Github, startGithub } from '../helpers/forge/github.ts';
import { newestOf } from '../helpers/forge/github-repo.ts';
import { type GithubWorld, githubWorld } from '../helpers/forge/github-world.ts';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';
import { nightly } from '../helpers/values/nightly.ts';

const TOKEN = 'ghp_0123456789secret';

/** Both repositories on one GitHub, with a change set: a new need, and the grant that covers it. */
async function pushed(test: Parameters<typeof githubWorld>[0], hub: Github) {
  const world = await githubWorld(test, hub.url, TOKEN, { name: '-pushed', build: pushChange });
  const { box, aperture } = world;
  const bare = (name: string) => ({ bare: box.path('remotes', `${name}.git`) });
  const provider = hub.add('org/aperture', bare('aperture'));
  const consumer = hub.add('org/fungal-image-analysis', bare('fungal-image-analysis'));
  return { ...world, provider, consumer, a: join(aperture.path, '.worktrees', 'feat-metrics') };
}

/** What somebody without our program sees. */
async function plain(hub: Github, path: string): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${hub.url}/repos/org/${path}`, {
    headers: { authorization: `token ${TOKEN}` },
  });
  return (await answer.json()) as Record<string, unknown>[];
}

async function isNowhere({ box, realm, aperture, fungal }: GithubWorld): Promise<string> {
  const folders = [
    realm.path,
    aperture.path,
    fungal.path,
    box.path('home'),
    box.path('run'),
    box.path('remotes'),
  ];
  const inFiles = await box.run('grep', ['-rl', TOKEN, ...folders], { expect: 'any' });
  const script = `for d do git -C "$d" cat-file --batch-all-objects --batch --buffer; done | grep -ac ${TOKEN}`;
  const inObjects = await box.run('sh', ['-c', script, 'sh', ...folders.slice(0, 3)], { expect: 'any' });
  return inFiles.stdout + inObjects.stdout.trim();
}

t.test('a change set on GitHub, over real pushes: each request is as GitHub describes it', async (test) => {
  const hub = await startGithub(test, { [TOKEN]: 'eric' });
  const world = await pushed(test, hub);
  const { box, realm, aperture, fungal, provider, consumer, a, env } = world;
  const head = await aperture.git('rev-parse', BRANCH);
  test.equal(provider.refs.get(BRANCH), head, 'the branch is on the server');
  const printed: string[] = [];
  const realmIn = async (cwd: string, args: string[], expect = 0, given: Record<string, string> = env) => {
    const ran = await box.realm(args, { cwd, env: given, expect });
    printed.push(ran.stdout, ran.stderr);
    return ran;
  };

  const login = await realmIn(a, ['pr', '--title', 'metrics'], 128, {});
  test.match(login.stderr, /no token for ghe\.example\nhint: gh auth login --hostname ghe\.example/);

  // The token expires once the first of them is open.
  hub.trouble({
    method: 'POST',
    match: /aperture\/pulls$/,
    answer: 401,
    message: `Bad credentials ${TOKEN}`,
  });
  const cut = await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand'], 1);
  test.match(cut.stdout + cut.stderr, /the token is no longer valid/);
  test.same([provider.items.length, consumer.items.length], [0, 1], 'what was done stays done');
  await realmIn(a, ['pr', '--title', 'metrics', '--body', 'by hand']);
  test.same([provider.items.length, consumer.items.length], [1, 1], 'and the rest follows');
  const [pull] = await plain(hub, 'aperture/pulls');
  test.match(pull, {
    title: 'metrics',
    head: { ref: BRANCH, sha: head },
    base: { ref: 'main' },
    draft: false,
  });
  test.match(pull?.body, /^by hand\n\n<!-- git-realm:begin -->[\s\S]*fungal-image-analysis\/pull\/1/);
  test.match(await realm.yaml('worktrees/feat-metrics.yaml'), {
    prs: [
      { repo: 'fungal-image-analysis', number: 1, blocked_by: [] },
      { repo: 'aperture', number: 1, blocked_by: ['fungal-image-analysis#1'] },
    ],
  });
  const written = hub.writes().length;
  const tip = await realm.tip();
  await realmIn(a, ['pr', '--title', 'metrics']);
  test.equal(hub.writes().length, written, 'run again it writes nothing');
  test.equal(await realm.tip(), tip);

  const doctor = async (expect: number) =>
    (await realmIn(aperture.path, ['doctor', '--forge', '--json'], expect)).json() as { findings: object[] };
  test.match((await doctor(1)).findings, [
    { id: 'order-not-required', level: 'warning', message: /'main' takes merges/ },
  ]);
  Object.assign(provider.rules, { checks: ['git-realm/order'], inRuleset: true });
  test.same((await doctor(0)).findings, []);
  Object.assign(provider.rules, { checks: [], inRuleset: false });

  consumer.rules.checks = ['ci'];
  consumer.checks = [{ name: 'ci', status: 'in_progress', conclusion: null }];
  const held = await realmIn(a, ['pr', 'merge', '--no-wait'], 1);
  test.match(held.stdout, /fungal-image-analysis#1 cannot be merged yet: check 'ci' is pending/);
  test.equal(provider.items[0]?.state, 'open', 'it waits for the other');
  consumer.checks = [{ name: 'ci', status: 'completed', conclusion: 'success' }];
  provider.rules.queue = 5;
  const merged = await realmIn(a, ['pr', 'merge']);
  test.match(merged.stderr, /aperture#1: waiting: it is in the merge queue/);
  const merge = hub.asked.find(({ method, path }) => method === 'PUT' && path.includes('fungal'));
  test.match(merge?.body, { sha: await fungal.git('rev-parse', BRANCH) }, 'pinned to what was looked at');
  test.ok(provider.refs.has('main', head), 'the merge is in the repository behind it');
  const again = hub.writes().length;
  await realmIn(a, ['pr', 'merge']);
  test.equal(hub.writes().length, again, 'nothing is merged twice');

  // The merged need is published: the consumer is told on its own forge, once.
  await aperture.git('pull', '-q');
  await realmIn(aperture.path, ['sync']);
  const issues = await plain(hub, 'fungal-image-analysis/issues?labels=git-realm');
  test.match(issues, [
    { title: /s3-access\/s3-permissions 1\.1\.0/, body: /metrics\/[\s\S]*git realm sync/ },
  ]);
  const told = hub.writes().length;
  await realmIn(aperture.path, ['sync']);
  test.equal(hub.writes().length, told, 'told once');
  await fungal.git('pull', '-q');
  await realmIn(fungal.path, ['sync']);
  test.match(consumer.items.at(-1), { pull: false, state: 'closed', comments: [{ body: /Resolved/ }] });

  test.equal(await isNowhere(world), '0', 'the token is in no file, no object, no journal');
  test.notMatch(printed.join('\n'), TOKEN);
});

t.test('what others do meanwhile: merged and closed by hand, a head that moved', async (test) => {
  const hub = await startGithub(test, { [TOKEN]: 'eric' });
  const { box, realm, aperture, provider, consumer, a, env } = await pushed(test, hub);
  await box.realm(['pr', '--title', 'metrics', '--draft'], { cwd: a, env });
  test.match(consumer.items, [{ draft: true }]);
  const draft = await box.realm(['pr', 'merge'], { cwd: a, env, expect: 1 });
  test.match(draft.stdout, /fungal-image-analysis#1 cannot be merged yet: it is a draft/);
  const areDrafts = (expected: boolean) => {
    for (const { items } of [provider, consumer]) test.match(items, [{ draft: expected }]);
  };
  await box.realm(['pr', 'ready', '--json'], { cwd: a, env });
  areDrafts(false);
  await box.realm(['undo'], { cwd: a, env });
  areDrafts(true);
  const none = await box.realm(['pr', 'draft', '--json'], { cwd: a, env });
  test.match(JSON.parse(none.stdout), { steps: [], verb: 'pr-draft' }, 'they are drafts already');
  const marks = ['--ready', '--label', 'metrics', '--reviewer', 'mara'];
  await box.realm(['pr', ...marks], { cwd: a, env });
  for (const repo of [provider, consumer])
    test.match(repo.items, [{ draft: false, labels: ['metrics'], reviewers: ['mara'] }]);

  const [theirs] = consumer.items;
  const [ours] = provider.items;
  if (theirs === undefined || ours === undefined) throw new Error('there are no pull requests');
  theirs.mergedAs = consumer.refs.merge('main', theirs.sha, 'by hand');
  theirs.state = 'closed';
  ours.state = 'closed';
  const closed = await box.realm(['pr', 'merge'], { cwd: a, env, expect: 1 });
  test.match(closed.stderr, /aperture: #1 was closed/);
  await box.realm(['pr', '--title', 'metrics'], { cwd: a, env });
  test.match(provider.items, [{ state: 'closed' }, { state: 'open', head: BRANCH }], 'opened anew');
  test.equal(consumer.items.length, 1, 'what is merged stays');

  // Somebody pushes between the look and the merge: the server says so, and nothing is merged.
  hub.trouble({ method: 'PUT', match: /merge$/, answer: 409, message: 'Head branch was modified' });
  const moved = await box.realm(['pr', 'merge'], { cwd: a, env, expect: 1 });
  test.match(moved.stdout, /aperture/);
  test.equal(provider.refs.has('main', await aperture.git('rev-parse', BRANCH)), false);
  await box.realm(['pr', 'merge', '--continue'], { cwd: a, env });
  test.equal(provider.refs.has('main', await aperture.git('rev-parse', BRANCH)), true);
  test.match(await realm.yaml('worktrees/feat-metrics.yaml'), {
    repos: [{ status: 'merged' }, { status: 'merged' }],
  });
});

t.test(
  'the order as a commit status that GitHub requires: pending until its turn, failed by a revert',
  async (test) => {
    const hub = await startGithub(test, { [TOKEN]: 'eric' });
    const { box, aperture, fungal, provider, consumer, a, env } = await pushed(test, hub);
    for (const repo of [provider, consumer]) repo.rules.checks = ['git-realm/order'];
    const [head, grant] = [await aperture.git('rev-parse', BRANCH), await fungal.git('rev-parse', BRANCH)];
    await box.realm(['pr', '--title', 'metrics'], { cwd: a, env });
    const now = () => [...newestOf(consumer, grant), ...newestOf(provider, head)];
    const first = 'it is its turn: merging it breaks no import';
    test.same(now(), [
      { context: 'git-realm/order', state: 'success', description: first },
      {
        context: 'git-realm/order',
        state: 'pending',
        description: 'first merge fungal-image-analysis#1',
      },
    ]);
    const said = await plain(hub, 'aperture/pulls/1');
    test.match(said, { mergeable_state: /unknown|blocked/ }, 'its own button is blocked');
    const written = hub.writes().length;
    const shown = await box.realm(['pr', 'status'], { cwd: a, env });
    test.match(shown.stdout, /next: git realm pr merge \(fungal-image-analysis\)/);
    test.equal(hub.writes().length, written, 'what is said already is not said again');

    // In CI there is one repository: what the other's pull request does cannot be read, and nothing is proved by that.
    renameSync(fungal.path, `${fungal.path}-away`);
    const alone = await box.realm(['pr', 'refresh', '--json'], { cwd: aperture.path, env });
    test.match(alone.json(), {
      changes: [{ posted: [{ repo: 'fungal-image-analysis' }, { repo: 'aperture', state: 'pending' }] }],
    });
    const other = (alone.json() as { changes: { posted: { state: string; description: string }[] }[] })
      .changes[0]?.posted[0];
    test.match(other, { state: 'pending', description: 'not proved safe: git realm pr status' });

    // Nor is the other repository's forge always open to the token of this one.
    consumer.readers = ['mara'];
    const barred = await box.realm(['pr', 'refresh'], { cwd: aperture.path, env });
    test.match(barred.stderr, /fungal-image-analysis: its pull request cannot be read: /);
    test.match(barred.stdout, /aperture#1: pending: first merge fungal-image-analysis#1 /);
    consumer.readers = null;
    renameSync(`${fungal.path}-away`, fungal.path);

    // The consumer is merged by hand; whatever looks next says whose turn it is.
    const [theirs] = consumer.items;
    if (theirs === undefined) throw new Error('there is no pull request');
    theirs.mergedAs = consumer.refs.merge('main', theirs.sha, 'by hand');
    theirs.state = 'closed';
    const refreshed = await box.realm(['pr', 'refresh'], { cwd: aperture.path, env });
    test.equal(refreshed.stdout, `change set ${BRANCH}\n  aperture#1: success: ${first}\n`);
    test.match(newestOf(provider, head), [{ state: 'success' }]);

    // Then it is reverted: the need is not covered, and the status goes back.
    await fungal.git('pull', '-q');
    await fungal.git('revert', '--no-edit', '-m', '1', 'HEAD');
    await fungal.git('push', '-q', '--no-verify');
    await box.realm(['sync'], { cwd: aperture.path, env });
    test.match(newestOf(provider, head), [
      { state: 'failure', description: /no order of this change set is safe/ },
    ]);
    const refused = await box.realm(['pr', 'merge'], { cwd: a, env, expect: 1 });
    test.match(refused.stderr, /no order is safe/);
    test.equal(provider.refs.has('main', head), false);

    // A token that may not set a status: said, and what git realm does itself goes on.
    hub.trouble({ method: 'POST', match: /statuses/, answer: 403, message: 'Resource not accessible' });
    await fungal.git('revert', '--no-edit', 'HEAD');
    await fungal.git('push', '-q', '--no-verify');
    const noted = await box.realm(['pr', 'refresh'], { cwd: aperture.path, env });
    test.match(noted.stderr, /cannot set the status git-realm\/order of aperture#1: /);
    test.match(
      noted.stdout,
      /aperture#1: success: .* \(not posted\)/,
      'what the forge did not take is not called posted',
    );
    await box.realm(['pr', 'merge'], { cwd: a, env });
    test.ok(provider.refs.has('main', head), 'and it is merged in its turn');
  },
);

t.test('a number that a stranger wrote into the realm closes nobody else’s pull request', async (test) => {
  const hub = await startGithub(test, { [TOKEN]: 'eric' });
  const { box, realm, fungal, consumer, a, env } = await pushed(test, hub);
  await fungal.git('push', '-q', 'origin', `${BRANCH}:refs/heads/evil`);
  await fetch(`${hub.url}/repos/org/fungal-image-analysis/pulls`, {
    method: 'POST',
    headers: { authorization: `token ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'evil', head: 'evil', base: 'main' }),
  });
  await box.realm(['pr', '--title', 'metrics'], { cwd: a, env });
  const file = join(realm.path, 'worktrees', 'feat-metrics.yaml');
  const { prs } = (await realm.yaml('worktrees/feat-metrics.yaml')) as {
    prs: { repo: string; number: number }[];
  };
  test.equal(prs.find(({ repo }) => repo === 'fungal-image-analysis')?.number, 2);
  for (const number of nightly ? ['1', '99'] : ['1']) {
    box.write(
      file,
      (await realm.git('show', 'main:worktrees/feat-metrics.yaml')).replace(
        /number: (2|1)\b/,
        `number: ${number}`,
      ),
    );
    await realm.git('commit', '--no-verify', '-qam', `point it at ${number}`);
    const { pulls } = (await box.realm(['pr', 'status', '--json'], { cwd: a, env })).json() as {
      pulls: { repo: string; number: number }[];
    };
    test.equal(pulls.find(({ repo }) => repo === 'fungal-image-analysis')?.number, 2, `not #${number}`);
  }
  await box.realm(['pr', 'close'], { cwd: a, env });
  test.same(
    consumer.items.map(({ head, state }) => [head, state]),
    [
      ['evil', 'open'],
      [BRANCH, 'closed'],
    ],
  );
});
