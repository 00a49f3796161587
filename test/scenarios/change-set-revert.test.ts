import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startGithub } from '../helpers/forge/github.ts';
import { githubWorld } from '../helpers/forge/github-world.ts';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';
import type { Repo } from '../helpers/world/repo.ts';
import { buildLetemcook, letemcook, letemcookIn, type World } from '../helpers/world/story.ts';
import { templateOf } from '../helpers/world/template.ts';

const REVERT = `revert/${BRANCH}`;
const NEED = 'models/training/s3_paths.py';
const GRANT = 'cdk/training_tools_access_stack.py';

/** The story's change set with its pull requests, merged. The trees of both main branches before that. */
async function merged(t: Test): Promise<World & { before: string[] }> {
  const box = await templateOf(t, 'letemcook-merged', async (box) => {
    await buildLetemcook(box);
    const world = letemcookIn(box);
    const { aperture, fungal } = world;
    await pushChange(world);
    box.write('before', JSON.stringify(await trees(aperture, fungal)));
    await box.realm(['pr', '--title', 'metrics', '--branch', BRANCH], { cwd: aperture.path });
    await box.realm(['pr', 'merge', '--branch', BRANCH], { cwd: aperture.path });
  });
  return { ...letemcookIn(box), before: JSON.parse(readFileSync(box.path('before'), 'utf8')) };
}

async function trees(...repos: Repo[]): Promise<string[]> {
  await Promise.all(repos.map((repo) => repo.git('fetch', '-q')));
  return Promise.all(repos.map((repo) => repo.git('rev-parse', 'origin/main^{tree}')));
}

t.test('a merged change set is reverted in the order that is safe, whatever was merged later', async (t) => {
  const world = await letemcook(t);
  const { box, aperture, fungal, realm } = world;
  const run = async (args: string[], expect = 0) =>
    box.realm(['pr', ...args, '--branch', BRANCH], { cwd: aperture.path, expect });
  await pushChange(world);
  await run(['--title', 'metrics']);
  t.match(
    (await run(['revert'], 1)).stderr,
    /no pull request of 'feat\/metrics' was merged\nhint: git realm pr status/,
  );
  await run(['merge']);
  await aperture.git('pull', '-q');
  await aperture.commit('later', { 'later.txt': 'later\n' });
  await aperture.push();

  const refs = await aperture.git('for-each-ref');
  t.match(
    (await run(['revert', '-n'])).stdout,
    /would revert fungal-image-analysis#1, merged as [0-9a-f]{12}\nwould revert aperture#1/,
  );
  t.equal(await aperture.git('for-each-ref'), refs, 'a dry run makes nothing');

  const made = await run(['revert']);
  t.match(
    made.stdout,
    /^ *1\. aperture#2 open\n *2\. fungal-image-analysis#2 open, after aperture#2/m,
    'the need goes before the grant',
  );
  t.match(await realm.yaml('worktrees/revert-feat-metrics.yaml'), {
    name: REVERT,
    prs: [{ repo: 'aperture' }, { repo: 'fungal-image-analysis', blocked_by: ['aperture#2'] }],
  });
  const tip = await aperture.git('rev-parse', REVERT);
  t.match(
    (await run(['revert', '--json'])).json(),
    { of: BRANCH, reverted: [{ number: 1 }, { number: 1 }], pulls: [{ number: 2 }, { number: 2 }] },
    'run again, it makes no others',
  );
  t.equal(await aperture.git('rev-parse', REVERT), tip);
  t.match(
    await aperture.git('log', '-1', '--format=%B', REVERT),
    /^Revert feat\/metrics\n[\s\S]*Realm-Change: I/,
  );

  await box.realm(['pr', 'merge', '--branch', REVERT], { cwd: aperture.path });
  await Promise.all([aperture.git('fetch', '-q'), fungal.git('fetch', '-q')]);
  t.notMatch(await aperture.git('show', `origin/main:${NEED}`), /metrics/);
  t.notMatch(await fungal.git('show', `origin/main:${GRANT}`), /metrics/);
  t.equal(await aperture.git('show', 'origin/main:later.txt'), 'later', 'what came later stays');
  t.match((await run(['revert'], 1)).stderr, /the main branches hold nothing of 'feat\/metrics' any more/);
});

t.test('what is in the way is left alone, and a run that was cut short goes on', async (t) => {
  const { box, aperture, fungal, before } = await merged(t);
  // Cut short: the worktrees are there, and a file of one was written.
  await box.realm(['worktree', '--branch', REVERT, '--repos', 'aperture,fungal-image-analysis'], {
    cwd: aperture.path,
  });
  const [a, f] = [aperture, fungal].map((repo) => join(repo.path, '.worktrees', 'revert-feat-metrics'));
  box.write(join(a ?? '', NEED), `${await aperture.git('show', `${before[0]}:${NEED}`)}\n`);
  // The user works on the same file of the other.
  const text = await fungal.git('show', `origin/main:${GRANT}`);
  box.write(join(f ?? '', GRANT), `${text}\n# mine\n`);
  const revert = (expect: number) =>
    box.realm(['pr', 'revert', '--branch', BRANCH], { cwd: aperture.path, expect });
  t.match(
    (await revert(1)).stderr,
    /fungal-image-analysis: '.*access_stack\.py' in '.*' has other changes\nhint: git -C .* stash/,
  );
  t.match(await box.run('cat', [join(f ?? '', GRANT)]), { stdout: /# mine/ });
  await fungal.git('-C', f ?? '', 'checkout', '-q', '--', '.');
  await revert(0);
  await box.realm(['pr', 'merge', '--branch', REVERT], { cwd: aperture.path });
  t.same(await trees(aperture, fungal), before, 'both main branches are as they were');
});

t.test(
  'a later change of the same lines is resolved by the user, by the command that is named',
  async (t) => {
    const { box, aperture, fungal } = await merged(t);
    await fungal.git('pull', '-q');
    await fungal.commit('wider', { [GRANT]: fungal.read(GRANT).replace('metrics/*', 'metrics/v2/*') });
    await fungal.push();
    const revert = (expect: number) =>
      box.realm(['pr', 'revert', '--branch', BRANCH], { cwd: aperture.path, expect });
    const refused = await revert(1);
    t.match(
      refused.stderr,
      /fungal-image-analysis: what was merged later conflicts with reverting #1: cdk\/training_tools_access_stack\.py/,
    );
    t.equal(await fungal.git('ls-remote', 'origin', REVERT), '', 'nothing was pushed');
    const [, command = ''] = /hint: (git -C .*?), resolve/.exec(refused.stderr) ?? [];
    await box.run('sh', ['-c', command], { expect: 1 });
    t.match((await revert(128)).stderr, /unmerged: cdk\/training_tools_access_stack\.py/);
    const worktree = join(fungal.path, '.worktrees', 'revert-feat-metrics');
    box.write(join(worktree, GRANT), fungal.read(GRANT).replace(', f"{BUCKET_ARN}/metrics/v2/*"', ''));
    await fungal.git('-C', worktree, 'add', '-A');
    t.match((await revert(0)).stdout, /fungal-image-analysis#2 open/);
    t.notMatch(await fungal.git('show', `${REVERT}:${GRANT}`), /metrics/);
  },
);

t.test('squashed and rebased pull requests, whose branches are gone', async (t) => {
  const token = 'ghp_0123456789secret';
  const hub = await startGithub(t, { [token]: 'eric' });
  const world = await githubWorld(t, hub.url, token, { name: '-pushed', build: pushChange });
  const { box, aperture, fungal, env } = world;
  const hosted = (['aperture', 'fungal-image-analysis'] as const).map((name) =>
    hub.add(`org/${name}`, { bare: box.path('remotes', `${name}.git`) }),
  );
  const before = await trees(aperture, fungal);
  // A second commit in one of them, which then lands as two.
  const worktree = join(fungal.path, '.worktrees', 'feat-metrics');
  box.write(join(worktree, 'NOTES.md'), 'metrics\n');
  await box.realm(['commit', '-m', 'docs: metrics'], { cwd: worktree });
  await box.realm(['push'], { cwd: worktree, env });
  await box.realm(['pr', '--title', 'metrics', '--branch', BRANCH], { cwd: aperture.path, env });
  for (const [at, repo] of [aperture, fungal].entries()) {
    const bare = box.path('remotes', `${['aperture', 'fungal-image-analysis'][at]}.git`);
    const work = box.path(`landing-${at}`);
    await repo.git('worktree', 'add', '-q', '--detach', work, 'origin/main');
    const git = async (...args: string[]) => (await box.git(['-C', work, ...args])).stdout.trim();
    await repo.git('-C', work, 'commit', '-q', '--allow-empty', '-m', 'others were first');
    if (at === 0) {
      await git('merge', '-q', '--squash', BRANCH);
      await git('commit', '-qm', 'metrics (#1)');
    } else await git('cherry-pick', `origin/main..${BRANCH}`);
    const landed = await git('rev-parse', 'HEAD');
    await box.git(['-C', bare, 'fetch', '-q', work, 'HEAD']);
    await box.git(['-C', bare, 'update-ref', 'refs/heads/main', landed]);
    await box.git(['-C', bare, 'update-ref', '-d', `refs/heads/${BRANCH}`]);
    Object.assign(hosted[at]?.items[0] ?? {}, { state: 'closed', mergedAs: landed });
  }
  const made = await box.realm(['pr', 'revert', '--branch', BRANCH], { cwd: aperture.path, env });
  t.match(made.stdout, /aperture#2 open[\s\S]*fungal-image-analysis#2 open/);
  const after = await Promise.all(
    [aperture, fungal].map((repo) => repo.git('rev-parse', `${REVERT}^{tree}`)),
  );
  t.same(after, before);
});
